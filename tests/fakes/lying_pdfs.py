"""PDFs whose text layer says more than a person sees, and scans with a text layer that says something else."""

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from tests.fakes.hostile_pdfs import written

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>",
    (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruse:
    """A way to hide a text: what stands before and behind it in the page's content, and the size of its characters."""

    before: str = ""
    behind: str = ""
    size: float = 12.0
    x: int = 30
    y: int = 700
    mode: int = 0
    resources: str = ""
    catalog: str = ""


_PICTURE = "q 200 0 0 30 20 690 cm /X Do Q"
RUSES: Mapping[str, Ruse] = {
    "render mode 3": Ruse(mode=3),
    "only a clip": Ruse(mode=7),
    "white": Ruse(before="1 1 1 rg"),
    "nearly white": Ruse(before="0.97 0.97 0.97 rg"),
    "white in CMYK": Ruse(before="0 0 0 0 k"),
    "clipped away": Ruse(before="0 0 10 10 re W n"),
    "transparent": Ruse(before="/T gs", resources="/ExtGState<</T<</ca 0/CA 0>>>>"),
    "behind a picture": Ruse(behind=_PICTURE),
    "behind a white rectangle": Ruse(behind="1 1 1 rg 20 690 200 30 re f"),
    "off the page": Ruse(x=700),
    "tiny": Ruse(size=0.1),
    "in a layer that is off": Ruse(
        before="/OC /L BDC",
        behind="EMC",
        resources="/Properties<</L 7 0 R>>",
        catalog="/OCProperties<</OCGs[7 0 R]/D<</OFF[7 0 R]/Order[7 0 R]>>>>",
    ),
}
"""The ways to hide a text, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LyingPdf:
    """A page, 595 × 842 points, that shows `seen`, lines from its top, and hides `hidden` by a ruse."""

    seen: Sequence[str] = ()
    hidden: Sequence[str] = ()
    ruse: Ruse = field(default_factory=Ruse)
    scan: Image.Image | None = None
    over_seen: bool = False  # the hidden lines stand exactly where those that are seen stand

    def data(self) -> bytes:
        """Return the file."""
        picture = self.scan or Image.new("RGB", (40, 40), "white")
        page = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R"
            f"/Resources<</Font<</F 4 0 R>>/XObject<</X 8 0 R>>{self.ruse.resources}>>>>"
        )
        return written(
            [
                f"<</Type/Catalog/Pages 2 0 R{self.ruse.catalog}>>".encode(),
                b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                page.encode(),
                *_FONT,
                _stream(self._content().encode()),
                b"<</Type/OCG/Name(L)>>",
                _picture(picture),
            ]
        )

    def _content(self) -> str:
        ruse = self.ruse
        parts = ["q 595 0 0 842 0 0 cm /X Do Q"] if self.scan else []
        top = ruse.y if self.over_seen else 800
        parts += [_text(line, 30, top - 20 * row, 12, 0) for row, line in enumerate(self.seen)]
        hidden = [_text(line, ruse.x, ruse.y - 20 * row, ruse.size, ruse.mode) for row, line in enumerate(self.hidden)]
        return "\n".join([*parts, "q", ruse.before, *hidden, ruse.behind, "Q"])


def _text(line: str, x: int, y: int, size: float, mode: int) -> str:
    return f"BT /F {size} Tf {mode} Tr 1 0 0 1 {x} {y} Tm <{line.encode('utf-16-be').hex()}> Tj ET"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<<" + entries + f"/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
    return head + packed + b"\nendstream"


def _picture(image: Image.Image) -> bytes:
    body = io.BytesIO()
    image.convert("RGB").save(body, "JPEG")
    size = f"/Width {image.width}/Height {image.height}"
    head = f"<</Type/XObject/Subtype/Image{size}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    return f"{head}/Length {len(body.getvalue())}>>stream\n".encode() + body.getvalue() + b"\nendstream"
