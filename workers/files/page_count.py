"""How many pages of a file have to be read as pictures, told from its bytes without opening it."""

import re
from typing import Final

from workers.files.file_type import PICTURES, FileKind, identify

_PAGES: Final = re.compile(rb"/Count\s+(\d{1,4})(?!\d)")
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_HEADER: Final = b"%PDF"
_HEADER_WITHIN: Final = 1024  # bytes
_FONT: Final = b"/Font"


def scanned_pages(data: bytes) -> int:
    """Return the number of pages of a scanned PDF, 0 for other files and where the bytes do not tell.

    A PDF with fonts has text of its own, which is not read as a picture. Where the objects are compressed, nothing is
    found: this is for estimates only.
    """
    if _HEADER not in data[:_HEADER_WITHIN] or _FONT in data:
        return 0
    return max((int(count) for count in _PAGES.findall(data)), default=0) or len(_PAGE.findall(data))


def has_own_text(data: bytes) -> bool:
    """Return whether a file looks as if no page had to be: this only decides what is read first.

    A PDF with fonts has text. Some OFDs and PDFs hold scans nevertheless, and fonts in compressed objects are not
    found. Files that nothing reads are refused without an engine.
    """
    kind = identify(data).kind
    return _FONT in data if kind is FileKind.PDF else kind not in PICTURES
