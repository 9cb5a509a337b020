"""The fonts for text whose PDF names one without embedding it: the machine's, and Chinese ones that come with us.

A container has no Chinese fonts. Without any, pdfium gives such characters no width: text drawn with them is blank, and
of a turned page it is lost.
"""

from ctypes import POINTER, c_char, cast, create_string_buffer
from typing import Any, Final

import pylopdf_fonts_zh_cn
from pypdfium2 import PdfSysfontBase
from pypdfium2.raw import (
    FPDF_LIBRARY_CONFIG,
    FXFONT_CHINESEBIG5_CHARSET,
    FXFONT_GB2312_CHARSET,
    FPDF_DestroyLibrary,
    FPDF_InitLibraryWithConfig,
)

_OF_THE_MACHINE = (  # pdfium's own list for Linux, which naming a folder replaces
    "/usr/share/fonts",
    "/usr/share/X11/fonts/Type1",
    "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts",
)
_BUNDLED: Final = str(pylopdf_fonts_zh_cn.sans_path().parent)


def provide_fonts() -> None:
    """Start pdfium anew with these fonts; nothing may be open in it."""
    folders = [create_string_buffer(folder.encode()) for folder in (*_OF_THE_MACHINE, _BUNDLED)]
    paths = (POINTER(c_char) * (len(folders) + 1))(*(cast(folder, POINTER(c_char)) for folder in folders))
    FPDF_DestroyLibrary()
    FPDF_InitLibraryWithConfig(FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
    _TraditionalFromSimplified().setup()  # type: ignore[no-untyped-call] # what it inherits has no annotations


class _TraditionalFromSimplified(PdfSysfontBase):
    """Lets a font that declares only simplified Chinese stand in where there is none for traditional Chinese."""

    def MapFont(self, _: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> Any:  # noqa: N802, PLR0913, PLR0917 - pdfium's name and arguments
        """Return pdfium's handle of the font for `face`, None where there is none."""
        found = self.default.MapFont(self.default, weight, italic, charset, pitch, face, exact)
        if found or charset != FXFONT_CHINESEBIG5_CHARSET:
            return found
        return self.default.MapFont(self.default, weight, italic, FXFONT_GB2312_CHARSET, pitch, face, exact)
