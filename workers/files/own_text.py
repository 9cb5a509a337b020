"""Whether a file brings its text along, told from its bytes without opening it."""

from workers.files.file_type import PICTURES, FileKind, identify

_FONT = b"/Font"


def has_own_text(data: bytes) -> bool:
    """Return whether a file looks as if it were read without an engine: this only decides what is read first.

    A PDF with fonts has text. Some OFDs and PDFs hold scans nevertheless, and fonts in compressed objects are not
    found. Files that nothing reads are refused without an engine.
    """
    kind = identify(data).kind
    return _FONT in data if kind is FileKind.PDF else kind not in PICTURES
