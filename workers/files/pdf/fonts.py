"""Fonts for PDFs that name a font without embedding it: the system's, and bundled Chinese ones.

Containers have no Chinese fonts. Without one, pdfium gives such characters no width: they are drawn blank, and the text
of turned pages is lost.
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

_SYSTEM_FOLDERS = (  # pdfium's own list for Linux, which is replaced when folders are given
    "/usr/share/fonts",
    "/usr/share/X11/fonts/Type1",
    "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts",
)
_BUNDLED: Final = str(pylopdf_fonts_zh_cn.sans_path().parent)


def provide_fonts() -> None:
    """Restart pdfium with these fonts; no document may be open."""
    folders = [create_string_buffer(folder.encode()) for folder in (*_SYSTEM_FOLDERS, _BUNDLED)]
    paths = (POINTER(c_char) * (len(folders) + 1))(*(cast(folder, POINTER(c_char)) for folder in folders))
    FPDF_DestroyLibrary()
    FPDF_InitLibraryWithConfig(FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
    _TraditionalFromSimplified().setup()  # type: ignore[no-untyped-call] # what it inherits has no annotations


class _TraditionalFromSimplified(PdfSysfontBase):
    """Substitutes a font for simplified Chinese if there is none for traditional Chinese."""

    def MapFont(self, _: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> Any:  # noqa: N802, PLR0913, PLR0917 - pdfium's name and arguments
        """Return pdfium's handle of the font for `face`, None if there is none."""
        found = self.default.MapFont(self.default, weight, italic, charset, pitch, face, exact)
        if found or charset != FXFONT_CHINESEBIG5_CHARSET:
            return found
        return self.default.MapFont(self.default, weight, italic, FXFONT_GB2312_CHARSET, pitch, face, exact)
