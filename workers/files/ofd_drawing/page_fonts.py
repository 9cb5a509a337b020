"""The fonts of a page as fonts of a PDF: those in the OFD by the numbers of their glyphs, others by their characters.

A font that is not in the OFD is replaced by one of the sandbox (`workers.files.pdf.fonts`). Its letters are wider or
narrower than those of the font that was meant; pdfium makes each as narrow as the PDF says that it is.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workers.files.ofd_drawing.font_tables import glyphs_by_character
from workers.files.ofd_drawing.pdf_writer import PdfWriter
from workers.files.ofd_drawing.resources import Resources

WIDE: Final = "WF"
"""East Asian widths of characters that are as wide as the size of their font."""

_MOST_FONTS: Final = 64  # of a page
_OUTLINES: Final = frozenset({b"\0\1\0\0", b"true", b"ttcf"})  # how TrueType fonts begin
_MOST_CODE: Final = 0xFFFF
_STEP: Final = 50  # thousandths of the size: how finely the widths of letters are told apart
_NARROWEST, _WIDEST = 0.25, 0.75  # of the size: an advance beyond is not the letter's, but a gap or an overlap
_DESCRIPTOR: Final = (
    "/Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880"
    "/Descent -120/CapHeight 700/StemV 80"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFont:
    """A font that is in the OFD: the name by which the page knows it, and the glyphs of its characters."""

    name: str
    glyphs: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """What is shown with a font: the name of the font and the code in it, as hexadecimal digits."""

    font: str
    code: str


@dataclass(slots=True, kw_only=True)
class PageFonts:
    """The fonts that a page was found to use. `bytes_of` gives the file of a font by its path, None without one."""

    writer: PdfWriter
    bytes_of: Callable[[str], bytes | None]
    names: dict[str, str] = field(default_factory=dict)  # what each name stands for
    _known: dict[str, EmbeddedFont | None] = field(default_factory=dict)  # by path

    def glyph(self, character: str, *, number: int | None, font: EmbeddedFont | None, advance: float) -> Glyph | None:
        """Return a glyph by its number or for its character, None for what no font shows.

        `advance` is how far it is to the next character, in sizes of the font.
        """
        if font is not None:
            found = font.glyphs.get(ord(character), 0) if number is None else number
            if 0 < found <= _MOST_CODE:
                return Glyph(font=font.name, code=f"{found:04x}")
        if character.isspace() or ord(character) > _MOST_CODE:
            return None
        is_letter = unicodedata.east_asian_width(character) not in WIDE and _NARROWEST <= advance <= _WIDEST
        width = round(advance * 1000 / _STEP) * _STEP if is_letter else 0
        return Glyph(font=self._substitute(width), code=f"{ord(character):04x}")

    def embedded(self, name: str, resources: Resources) -> EmbeddedFont | None:
        """Return the font with this id, None if it is not in the OFD."""
        path = resources.places.get(name, "")
        if path and path not in self._known and len(self._known) < _MOST_FONTS:
            data = self.bytes_of(path)
            self._known[path] = self._add(data) if data else None
        return self._known.get(path)

    def _add(self, data: bytes) -> EmbeddedFont:
        name = f"F{len(self.names)}"
        is_truetype = data[:4] in _OUTLINES
        file = self.writer.add_stream(data, "" if is_truetype else "/Subtype/OpenType")
        key = "FontFile2" if is_truetype else "FontFile3"
        described = self.writer.add(f"<<{_DESCRIPTOR.format(name=name)}/{key} {file} 0 R>>")
        self.names[name] = self._composite(
            f"/BaseFont/{name}/Encoding/Identity-H",
            f"/Subtype/CIDFontType2/BaseFont/{name}/FontDescriptor {described} 0 R/CIDToGIDMap/Identity/DW 0",
            ordering="(Adobe)/Ordering(Identity)/Supplement 0",
        )
        return EmbeddedFont(name=name, glyphs=glyphs_by_character(data))

    def _substitute(self, width: int) -> str:
        """Return the name of the font that stands in, for letters of this width; 0 is their own."""
        name = f"S{width}"
        if name not in self.names:
            self.names[name] = self._composite(
                "/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H",
                f"/Subtype/CIDFontType0/BaseFont/STSong-Light/DW {width}",
                ordering="(Adobe)/Ordering(GB1)/Supplement 2",
            )
        return name

    def _composite(self, head: str, descendant: str, *, ordering: str) -> str:
        system = f"/CIDSystemInfo<</Registry{ordering}>>"
        below = self.writer.add(f"<</Type/Font{descendant}{system}>>")
        return f"{self.writer.add(f'<</Type/Font/Subtype/Type0{head}/DescendantFonts[{below} 0 R]>>')} 0 R"
