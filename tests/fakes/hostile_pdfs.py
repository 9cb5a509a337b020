"""Malicious PDFs: small files that take much memory or time to open."""

import zlib
from collections.abc import Sequence


def hostile(content: bytes, *, box: str = "0 0 595 842", page: str = "", more: Sequence[bytes] = ()) -> bytes:
    """Return a PDF of one page with this content, compressed; `more` are its objects from number 5."""
    return written([*_plain(box, page), _stream(content), *more])


def _plain(box: str, page: str) -> list[bytes]:
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R{page}>>".encode(),
    ]


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<<" + entries + f"/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
    return head + packed + b"\nendstream"


def nested_forms(depth: int) -> bytes:
    """Return a PDF in which each of `depth` forms draws the next one twice."""
    forms = []
    for number in range(depth):
        inner = f"/Resources<</XObject<</X {6 + number} 0 R>>>>" if number < depth - 1 else ""
        body = b"/X Do /X Do" if inner else b"0 0 9 9 re f"
        forms.append(_stream(body, f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]{inner}".encode()))
    return hostile(b"/X Do", page="/Resources<</XObject<</X 5 0 R>>>>", more=forms)


def huge_picture(side: int) -> bytes:
    """Return a PDF with a picture of `side` by `side` black pixels, which compresses to almost nothing."""
    entries = (
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray/BitsPerComponent 8".encode()
    )
    picture = _stream(bytes(1000), entries)
    return hostile(b"595 0 0 842 0 0 cm /X Do", page="/Resources<</XObject<</X 5 0 R>>>>", more=[picture])


def many_pages(number: int) -> bytes:
    kids = " ".join(["3 0 R"] * number)
    objects = _plain("0 0 595 842", "")
    objects[1] = f"<</Type/Pages/Kids[{kids}]/Count {number}>>".encode()
    return written([*objects, _stream(b"0 0 9 9 re f")])


def many_pages_of(content: bytes, number: int, *, font: bool = False) -> bytes:
    """Return a PDF of so many pages that all have this content, with `font` in the font F."""
    fonts = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>" if font else ""
    kids = " ".join(f"{4 + page} 0 R" for page in range(number))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R{fonts}>>".encode()
    head = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {number}>>".encode()]
    return written([*head, _stream(content), *[page] * number])


def written(objects: Sequence[bytes]) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    trailer = f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()
