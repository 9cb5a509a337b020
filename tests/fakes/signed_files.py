"""OFDs and PDFs with digital signatures, made with keys of the tests."""

import base64
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.fakes.embedded_files import zipped
from tests.fakes.signers import Signer, cms, seal_signature
from workers.files.signatures.digests import digest_of

MakeValue = Callable[[Signer, bytes], bytes]
"""Makes a signature's value of a signer and of what is covered."""

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
LIST = "Doc_0/Signs/Signatures.xml"


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def signed_ofd(
    data: bytes,
    *signers: Signer,
    value: MakeValue = seal_signature,
    left_out: Sequence[str] = (),
    method: str = "",
) -> bytes:
    """Return an OFD signed by each of `signers`; files in `left_out` are not covered.

    As real ones do, it names the list of signatures in OFD.xml before that is signed.
    """
    members = members_of(data)
    head = members["OFD.xml"].decode("utf-8-sig")
    members["OFD.xml"] = head.replace(
        "</ofd:DocBody>", f"<ofd:Signatures>{LIST}</ofd:Signatures></ofd:DocBody>"
    ).encode()
    covered = [name for name in members if name not in left_out]
    entries = ""
    for number, signer in enumerate(signers):
        folder = f"Doc_0/Signs/Sign_{number}"
        entries += f'<ofd:Signature ID="{number + 1}" BaseLoc="/{folder}/Signature.xml"/>'
        description = _description(members, covered, folder, signer, method or signer.digest)
        members[f"{folder}/Signature.xml"] = description
        members[f"{folder}/SignedValue.dat"] = value(signer, description)
    members[LIST] = f"<ofd:Signatures {_OFD}>{entries}</ofd:Signatures>".encode()
    return zipped(members)


def _description(
    members: Mapping[str, bytes], covered: Sequence[str], folder: str, signer: Signer, method: str
) -> bytes:
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(digest_of(signer.digest_name, [members[name]])).decode()}</ofd:CheckValue></ofd:Reference>"
        for name in covered
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Signature {_OFD}><ofd:SignedInfo>'
        f'<ofd:Provider ProviderName="test"/><ofd:SignatureMethod>{signer.method}</ofd:SignatureMethod>'
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References></ofd:SignedInfo>'
        f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def with_members(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a zip with some members replaced or added or, by None, left out."""
    members: dict[str, bytes | None] = {**members_of(data), **changes}
    return zipped({name: content for name, content in members.items() if content is not None})


@dataclass(frozen=True, kw_only=True)
class GrowingPdf:
    """A PDF to which revisions are appended; its objects are those of `tests.fakes.embedded_files.pdf`."""

    data: bytes
    size: int  # the number of the next object
    fields: tuple[int, ...] = ()  # of signatures
    annotations: tuple[int, ...] = ()
    catalog: str = "<</Type/Catalog/Pages 2 0 R{form}>>"

    def appended(self, objects: Mapping[int, str]) -> "GrowingPdf":
        """Return it with a revision that holds these objects."""
        previous = re.findall(rb"startxref\s+(\d+)", self.data)[-1].decode()
        body, offsets = self.data, {}
        for number, content in objects.items():
            offsets[number] = len(body)
            body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
        size = max(self.size, *(number + 1 for number in objects))
        table = "".join(f"{number} 1\n{offset:010} 00000 n \n" for number, offset in sorted(offsets.items()))
        end = f"trailer<</Size {size}/Root 1 0 R/Prev {previous}>>\nstartxref\n{len(body)}\n%%EOF\n"
        return replace(self, data=body + f"xref\n{table}{end}".encode("ascii"), size=size)

    def signed(
        self,
        signer: Signer,
        *,
        value: MakeValue = cms,
        kind: str = "adbe.pkcs7.detached",
        seal: tuple[int, int, int, int] | None = None,
        more: Mapping[int, str] | None = None,
    ) -> "GrowingPdf":
        """Return it signed, with a seal drawn in a rectangle; the revision of the signature may hold `more` objects."""
        room = 8000
        widget, signature, look = self.size, self.size + 1, self.size + 2
        fields, annotations = (*self.fields, widget), (*self.annotations, widget)
        area = seal or (0, 0, 0, 0)
        form = f"/AcroForm<</SigFlags 3/Fields[{' '.join(f'{one} 0 R' for one in fields)}]>>"
        drawing = f"1 0 0 RG 4 w 2 2 {area[2] - area[0] - 4} {area[3] - area[1] - 4} re S"
        objects = {
            1: self.catalog.format(form=form),
            5: _page(annotations),
            widget: f"<</Type/Annot/Subtype/Widget/FT/Sig/F 4/T(S{widget})/V {signature} 0 R/P 5 0 R"
            f"/Rect[{' '.join(map(str, area))}]{f'/AP<</N {look} 0 R>>' if seal else ''}>>",
            signature: f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/{kind}"
            f"/ByteRange[0 {'*' * 10} {'*' * 10} {'*' * 10}]/Contents<{'0' * 2 * room}>>>",
            look: f"<</Type/XObject/Subtype/Form/BBox[0 0 {area[2] - area[0]} {area[3] - area[1]}]"
            f"/Length {len(drawing)}>>stream\n{drawing}\nendstream",
            **(more or {}),
        }
        grown = self.appended(objects)
        return replace(grown, data=_filled(grown.data, room, signer, value), fields=fields, annotations=annotations)

    def annotated(self, rectangle: tuple[int, int, int, int], *, seal_field: bool = False) -> "GrowingPdf":
        """Return it with a white box over a place: an annotation, or one that says it is a signature's seal."""
        note, look = self.size, self.size + 1
        width, height = rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]
        drawing = f"1 1 1 rg 0 0 {width} {height} re f"
        kind = f"/Subtype/Widget/FT/Sig/T(X{note})" if seal_field else "/Subtype/Stamp"
        objects = {
            5: _page((*self.annotations, note)),
            note: f"<</Type/Annot{kind}/F 4/Rect[{' '.join(map(str, rectangle))}]/AP<</N {look} 0 R>>>>",
            look: f"<</Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Length {len(drawing)}>>"
            f"stream\n{drawing}\nendstream",
        }
        return replace(self.appended(objects), annotations=(*self.annotations, note))


def growing(data: bytes) -> GrowingPdf:
    return GrowingPdf(data=data, size=int(re.findall(rb"/Size (\d+)", data)[-1]))


def _page(annotations: Sequence[int]) -> str:
    return (
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Rotate 0/Resources<</Font<</F 3 0 R>>>>/Contents 6 0 R"
        f"/Annots[{' '.join(f'{one} 0 R' for one in annotations)}]>>"
    )


def _filled(data: bytes, room: int, signer: Signer, value: MakeValue) -> bytes:
    mark = b"/Contents<" + b"0" * 2 * room + b">"
    begin = data.rindex(mark) + len(b"/Contents")
    end = begin + 2 * room + 2
    numbers = " ".join(f"{number:<10}" for number in (begin, end, len(data) - end))
    stars = b"[0 " + b" ".join([b"*" * 10] * 3) + b"]"
    data = data.replace(stars, f"[0 {numbers}]".encode("ascii"))
    made = value(signer, data[:begin] + data[end:]).hex().encode("ascii")
    return data[:begin] + b"<" + made.ljust(2 * room, b"0") + b">" + data[end:]


def unsigned(data: bytes) -> bytes:
    """Return an OFD without its signatures, as if it had never been signed."""
    head = re.sub(rb"<ofd:Signatures>[^<]*</ofd:Signatures>", b"", members_of(data)["OFD.xml"])
    return with_members(data, {"OFD.xml": head, LIST: None})
