"""What a file is, told by its bytes; names and declared types lie."""

import io
import zipfile
import zlib
from enum import StrEnum

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, KeyError,
)  # fmt: skip
"""What `zipfile` raises on hostile bytes."""
PLAIN_ZIP = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways to pack that are unpacked: others expand without bounds."""

_TEXT_LOOK = 4096
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class Kind(StrEnum):
    """The kinds of file that are told apart."""

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
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    UNKNOWN = "unknown"


PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.BMP, Kind.TIFF, Kind.WEBP, Kind.AVIF, Kind.HEIF})

_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"8BPS", Kind.OTHER_PICTURE),
    (b"\x00\x00\x01\x00", Kind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", Kind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cJXL ", Kind.OTHER_PICTURE),
    (b"\xff\x0a", Kind.OTHER_PICTURE),
    (b"\xd7\xcd\xc6\x9a", Kind.OTHER_PICTURE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"PK\x05\x06", Kind.ARCHIVE),
    (b"ID3", Kind.AUDIO),
    (b"\xff\xfb", Kind.AUDIO),
    (b"\xff\xf3", Kind.AUDIO),
    (b"\xff\xf2", Kind.AUDIO),
    (b"\xff\xf1", Kind.AUDIO),
    (b"\xff\xf9", Kind.AUDIO),
    (b"OggS", Kind.AUDIO),
    (b"fLaC", Kind.AUDIO),
    (b"#!AMR", Kind.AUDIO),
    (b"#!SILK", Kind.AUDIO),
    (b"\x02#!SILK", Kind.AUDIO),
    (b"MThd", Kind.AUDIO),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"FLV\x01", Kind.VIDEO),
    (b"\x00\x00\x01\xba", Kind.VIDEO),
    (b"0&\xb2u\x8ef\xcf\x11", Kind.VIDEO),
)
_RIFF = {b"WEBP": Kind.WEBP, b"WAVE": Kind.AUDIO, b"AVI ": Kind.VIDEO}
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_ZIP_MEMBERS = (("word/", Kind.WORD), ("xl/", Kind.EXCEL), ("ppt/", Kind.SLIDES))
_ZIP_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_ZIP_END_BYTES = 22  # without a comment
_MOST_NAMES = 2**20  # bytes of a zip's directory: about 10,000 files
_OLE_STREAMS = (("WordDocument", Kind.WORD), ("Workbook", Kind.EXCEL), ("PowerPoint Document", Kind.SLIDES))


def sniff(data: bytes) -> Kind:
    """Return what `data` is; `UNKNOWN` where nothing fits."""
    if not data:
        return Kind.EMPTY
    begun = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), None)
    return begun or _contained(data) or _worded(data[:_TEXT_LOOK])


def _contained(data: bytes) -> Kind | None:
    """Look at what needs more than a beginning; None where it is none of these."""
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], Kind.UNKNOWN)
    if data[4:8] == b"ftyp":
        return _boxed(data)
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data), Kind.UNKNOWN)
    if data.startswith(b"BM") and data[14:18] in _BMP_HEADERS:
        return Kind.BMP
    return Kind.PDF if b"%PDF-" in data[:1024] else None


def _boxed(data: bytes) -> Kind:
    """Tell the files apart that begin with an ISO media box: its major brand, then the compatible ones."""
    end = min(int.from_bytes(data[:4], "big"), len(data), _TEXT_LOOK)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]
    if {b"avif", b"avis"} & set(brands):
        return Kind.AVIF
    if _HEIF_BRANDS & set(brands):
        return Kind.HEIF
    return Kind.AUDIO if brands[0] in _AUDIO_BRANDS else Kind.VIDEO


def _zipped(data: bytes) -> Kind:
    """Look at the names in a zip, unless there are so many that listing them takes seconds."""
    if is_crowded(data):
        return Kind.ARCHIVE
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind.ARCHIVE
    if any(name.upper().lstrip("/") == "OFD.XML" for name in names):
        return Kind.OFD
    return next((kind for folder, kind in _ZIP_MEMBERS if any(name.startswith(folder) for name in names)), Kind.ARCHIVE)


def is_crowded(data: bytes) -> bool:
    """Tell whether a zip's list of files is missing, too long, or in the form for very large ones."""
    end = _zip_end(data)
    is_long = int.from_bytes(data[end + 12 : end + 16], "little") > _MOST_NAMES
    return end < 0 or _ZIP64 in data[max(0, end - 20) : end] or is_long


def _zip_end(data: bytes) -> int:
    """Return where the record is that a zip is opened by: the very end's, else the last one, -1 where there is none."""
    last = len(data) - _ZIP_END_BYTES
    return last if data[-_ZIP_END_BYTES:].startswith(_ZIP_END) and data.endswith(b"\0\0") else data.rfind(_ZIP_END)


def _worded(beginning: bytes) -> Kind:
    text = _text(beginning)
    if text is None:
        return Kind.UNKNOWN
    start = text.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in start[:1024]:
        return Kind.OTHER_PICTURE
    if start.startswith(("<!doctype html", "<html")):
        return Kind.TEXT
    return Kind.XML if start.startswith("<?xml") or (start.startswith("<") and start[1:2].isalpha()) else Kind.TEXT


def _text(beginning: bytes) -> str | None:
    """Return the beginning decoded, None where it is no text; a character cut in two at its end is let go."""
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
