"""OFDs without text objects: letters as paths, as programs write them that turn print into outlines, and pictures."""

import ctypes
import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn
from PIL import Image
from pypdfium2 import PdfDocument
from pypdfium2.raw import (
    FPDF_FONT_TRUETYPE,
    FPDF_SEGMENT_BEZIERTO,
    FPDF_SEGMENT_MOVETO,
    FPDFFont_GetGlyphPath,
    FPDFGlyphPath_CountGlyphSegments,
    FPDFGlyphPath_GetGlyphPathSegment,
    FPDFPathSegment_GetPoint,
    FPDFPathSegment_GetType,
    FPDFText_LoadFont,
)

from tests.fakes.embedded_files import ofd

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Printed = tuple[float, float, float, str]
"""A line: left and top in mm, the height of its letters in mm, and its text."""


def outlined_ofd(*pages: Sequence[Printed], more: str = "") -> bytes:
    """Return an OFD of A4 pages whose letters are paths; `more` are further objects of each page."""
    contents = {
        f"Doc_0/Pages/Page_{number}/Content.xml": page_xml("".join(map(_line, lines)) + more)
        for number, lines in enumerate(pages)
    }
    return ofd(printed=[()] * len(pages), more=contents)


def scanned_ofd(*pictures: Image.Image, form: str = "PNG", more: str = "") -> bytes:
    """Return an OFD of A4 pages, each of which is one picture."""
    names = [f"scan_{number}.{form.lower()}" for number in range(len(pictures))]
    media = "".join(
        f'<ofd:MultiMedia ID="{900 + number}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for number, name in enumerate(names)
    )
    members: dict[str, str | bytes] = {
        f"Doc_0/Pages/Page_{number}/Content.xml": page_xml(
            f'<ofd:ImageObject ID="1" ResourceID="{900 + number}" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>{more}'
        )
        for number in range(len(pictures))
    }
    members |= {f"Doc_0/Res/{name}": _saved(picture, form) for name, picture in zip(names, pictures, strict=True)}
    return ofd(printed=[()] * len(pictures), more=members | resources(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>"))


def resources(inside: str, pages: int = 1) -> dict[str, str | bytes]:
    """Return the members of an OFD of so many pages that has these resources."""
    listed = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return {
        "Doc_0/DocumentRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res">{inside}</ofd:Res>',
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:DocumentRes>DocumentRes.xml"
        f"</ofd:DocumentRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }


def page_xml(objects: str, area: str = "0 0 210 297") -> str:
    return (
        f"<ofd:Page {NAMESPACE}><ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>"
        f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    )


def _saved(picture: Image.Image, form: str) -> bytes:
    data = io.BytesIO()
    picture.save(data, form)
    return data.getvalue()


def _line(printed: Printed) -> str:
    left, top, size, text = printed
    objects = []
    for sign in text:
        is_wide = unicodedata.east_asian_width(sign) in "WF"
        if not sign.isspace():
            place = f"{left:.3f} {top:.3f} {size * 1.1:.3f} {size * 1.3:.3f}"
            matrix = f"{size / 1000:.6f} 0 0 {size / 1000:.6f} 0 {size:.3f}"
            objects.append(
                f'<ofd:PathObject ID="1" Boundary="{place}" Fill="true" Stroke="false" CTM="{matrix}">'
                f"<ofd:FillColor Value='0 0 0'/><ofd:AbbreviatedData>{_outline(sign)}</ofd:AbbreviatedData>"
                "</ofd:PathObject>"
            )
        left += size * (1.0 if is_wide else 0.6)
    return "".join(objects)


@cache
def _font() -> tuple[Any, Any, Any]:
    document = PdfDocument.new()
    data = pylopdf_fonts_zh_cn.sans_path().read_bytes()
    held = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
    return document, held, FPDFText_LoadFont(document, held, len(data), FPDF_FONT_TRUETYPE, 1)


@cache
def _outline(sign: str) -> str:
    """Return a letter in thousandths of its size, counted downwards from its baseline."""
    path = FPDFFont_GetGlyphPath(_font()[2], ord(sign), 1.0)
    segments = [FPDFGlyphPath_GetGlyphPathSegment(path, n) for n in range(FPDFGlyphPath_CountGlyphSegments(path))]
    return " ".join([*_commands(segments), "C"])


def _commands(segments: Sequence[Any]) -> Iterator[str]:
    held: list[str] = []
    for number, segment in enumerate(segments):
        x, y = ctypes.c_float(), ctypes.c_float()
        FPDFPathSegment_GetPoint(segment, x, y)
        point = f"{x.value * 1000:.0f} {-y.value * 1000:.0f}"
        kind = FPDFPathSegment_GetType(segment)
        if kind == FPDF_SEGMENT_MOVETO:
            yield f"{'C ' if number else ''}M {point}"
        elif kind == FPDF_SEGMENT_BEZIERTO:
            held.append(point)
            if len(held) == 3:
                yield f"B {' '.join(held)}"
                held = []
        else:
            yield f"L {point}"
