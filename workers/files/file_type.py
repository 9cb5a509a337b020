"""Identifying a file by its bytes, because names and declared types are not reliable."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, KeyError,
)  # fmt: skip
"""What `zipfile` raises on hostile bytes."""
PLAIN_ZIP = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The compression methods that are unpacked; others expand without bounds."""

_TEXT_BYTES = 4096
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class FileKind(StrEnum):
    """The kinds of file that are distinguished."""

    EMPTY = "empty"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"
    HEIF = "heif"
    OTHER_PICTURE = "other_picture"  # SVG, Photoshop, JPEG 2000, JPEG XL, icons
    PDF = "pdf"
    OFD = "ofd"
    XML = "xml"
    WORD = "word"
    EXCEL = "excel"
    SLIDES = "slides"
    LOCKED_OFFICE = "locked_office"  # an encrypted office document of any kind
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedFile:
    """A file's bytes and their kind."""

    data: bytes
    kind: FileKind


PICTURES = frozenset(
    {
        FileKind.PNG,
        FileKind.JPEG,
        FileKind.GIF,
        FileKind.BMP,
        FileKind.TIFF,
        FileKind.WEBP,
        FileKind.AVIF,
        FileKind.HEIF,
    }
)

_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"II+\x00", FileKind.TIFF),
    (b"MM\x00+", FileKind.TIFF),
    (b"8BPS", FileKind.OTHER_PICTURE),
    (b"\x00\x00\x01\x00", FileKind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", FileKind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cJXL ", FileKind.OTHER_PICTURE),
    (b"\xff\x0a", FileKind.OTHER_PICTURE),
    (b"\xd7\xcd\xc6\x9a", FileKind.OTHER_PICTURE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ\x00", FileKind.ARCHIVE),
    (b"PK\x05\x06", FileKind.ARCHIVE),
    (b"ID3", FileKind.AUDIO),
    (b"\xff\xfb", FileKind.AUDIO),
    (b"\xff\xf3", FileKind.AUDIO),
    (b"\xff\xf2", FileKind.AUDIO),
    (b"\xff\xf1", FileKind.AUDIO),
    (b"\xff\xf9", FileKind.AUDIO),
    (b"OggS", FileKind.AUDIO),
    (b"fLaC", FileKind.AUDIO),
    (b"#!AMR", FileKind.AUDIO),
    (b"#!SILK", FileKind.AUDIO),
    (b"\x02#!SILK", FileKind.AUDIO),
    (b"MThd", FileKind.AUDIO),
    (b"\x1aE\xdf\xa3", FileKind.VIDEO),
    (b"FLV\x01", FileKind.VIDEO),
    (b"\x00\x00\x01\xba", FileKind.VIDEO),
    (b"0&\xb2u\x8ef\xcf\x11", FileKind.VIDEO),
)
_RIFF = {b"WEBP": FileKind.WEBP, b"WAVE": FileKind.AUDIO, b"AVI ": FileKind.VIDEO}
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_OFFICE_MEMBER = "[Content_Types].xml"  # of every Open Packaging file (ECMA-376 part 2)
_OFFICE_FOLDERS = (("word/", FileKind.WORD), ("xl/", FileKind.EXCEL), ("ppt/", FileKind.SLIDES))
_ZIP_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_ZIP_END_BYTES = 22  # without a comment
_MOST_NAMES = 2**20  # bytes of a zip's directory: about 10,000 files
_OLE_STREAMS = (
    ("EncryptedPackage", FileKind.LOCKED_OFFICE),  # [MS-OFFCRYPTO] 2.3.4.4
    ("WordDocument", FileKind.WORD),
    ("Workbook", FileKind.EXCEL),
    ("PowerPoint Document", FileKind.SLIDES),
)


def identify(data: bytes) -> IdentifiedFile:
    """Return the file with its kind, `UNKNOWN` if no kind fits. Call it once for each file and pass on the result."""
    return IdentifiedFile(data=data, kind=_kind_of(data))


def _kind_of(data: bytes) -> FileKind:
    if not data:
        return FileKind.EMPTY
    by_beginning = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), None)
    return by_beginning or _kind_by_structure(data) or _kind_of_text(data[:_TEXT_BYTES])


def _kind_by_structure(data: bytes) -> FileKind | None:
    """Return the kind of a file whose first bytes are ambiguous, None if it is none of these kinds."""
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], FileKind.UNKNOWN)
    if data[4:8] == b"ftyp":
        return _kind_of_media(data)
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data), FileKind.UNKNOWN)
    if data.startswith(b"BM") and data[14:18] in _BMP_HEADERS:
        return FileKind.BMP
    return FileKind.PDF if b"%PDF-" in data[:1024] else None


def _kind_of_media(data: bytes) -> FileKind:
    """Return the kind of a file that begins with an ISO media box, by its major and its compatible brands."""
    end = min(int.from_bytes(data[:4], "big"), len(data), _TEXT_BYTES)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]
    if {b"avif", b"avis"} & set(brands):
        return FileKind.AVIF
    if _HEIF_BRANDS & set(brands):
        return FileKind.HEIF
    return FileKind.AUDIO if brands[0] in _AUDIO_BRANDS else FileKind.VIDEO


def _kind_of_zip(data: bytes) -> FileKind:
    """Return the kind of a zip by the names of its members, `ARCHIVE` if listing them would take seconds."""
    if is_crowded(data):
        return FileKind.ARCHIVE
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return FileKind.ARCHIVE
    if any(name.upper().lstrip("/") == "OFD.XML" for name in names):
        return FileKind.OFD
    if _OFFICE_MEMBER not in names:  # without it, folders with these names mean nothing
        return FileKind.ARCHIVE
    return next(
        (kind for folder, kind in _OFFICE_FOLDERS if any(name.startswith(folder) for name in names)), FileKind.ARCHIVE
    )


def is_crowded(data: bytes) -> bool:
    """Return whether a zip's directory is missing, too long, or in the zip64 format."""
    end = _zip_end(data)
    is_long = int.from_bytes(data[end + 12 : end + 16], "little") > _MOST_NAMES
    return end < 0 or _ZIP64 in data[max(0, end - 20) : end] or is_long


def _zip_end(data: bytes) -> int:
    """Return the offset of a zip's end record: the one at the end of the data, else the last one; -1 without any."""
    last = len(data) - _ZIP_END_BYTES
    return last if data[-_ZIP_END_BYTES:].startswith(_ZIP_END) and data.endswith(b"\0\0") else data.rfind(_ZIP_END)


def _kind_of_text(beginning: bytes) -> FileKind:
    text = _text_of_beginning(beginning)
    if text is None:
        return FileKind.UNKNOWN
    start = text.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in start[:1024]:
        return FileKind.OTHER_PICTURE
    if start.startswith(("<!doctype html", "<html")):
        return FileKind.TEXT
    return (
        FileKind.XML if start.startswith("<?xml") or (start.startswith("<") and start[1:2].isalpha()) else FileKind.TEXT
    )


def _text_of_beginning(beginning: bytes) -> str | None:
    """Return the decoded beginning, None if it is not text; an incomplete character at the end is dropped."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return beginning[: len(beginning) // 2 * 2].decode("utf-16", "ignore")
    if _CONTROLS & set(beginning):
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(min(4, len(beginning))):
            try:
                return beginning[: len(beginning) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
