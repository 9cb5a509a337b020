"""Small files that take far more to read than they weigh, one of each kind; `hostile_pdfs` has the PDFs."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence

from PIL import Image

from tests.fakes.embedded_files import ofd, zipped
from tests.fakes.hostile_pdfs import hostile, many_pages_of
from tests.fakes.outlined_ofd import page_xml, resources

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_TEXT = '<ofd:TextObject ID="{id}" Boundary="10 10 50 5" Size="4">{code}</ofd:TextObject>'


def blank_png(width: int, height: int, *, colour: int = 2, depth: int = 8) -> bytes:
    """Return a PNG of zeros: `colour` 0 is grey, 2 RGB, 4 grey with transparency, 6 RGB with transparency."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    row = bytes(1 + -(-width * samples * depth // 8))
    packer = zlib.compressobj(9)
    body = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b"")))


def claimed_png(width: int, height: int) -> bytes:
    """Return a PNG that says it is of this size and has hardly any data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def empty_chunks_png(number: int) -> bytes:
    head = struct.pack(">IIBBBBB", 100, 100, 8, 0, 0, 0, 0)
    empty = _chunk(b"IDAT", b"")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + empty * number + _chunk(b"IEND", b"")


def claimed_webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + (10).to_bytes(4, "little") + b"\x2f" + bits.to_bytes(4, "little") + bytes(5)
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WEBP" + body


def run_length_bmp(width: int, height: int, codes: bytes) -> bytes:
    """Return a BMP in run lengths (RLE8) with these codes."""
    palette = bytes(1024)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(codes), 2835, 2835, 256, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 1024 + len(codes), 0, 0, 54 + 1024) + head + palette + codes


def progressive_jpeg(side: int, scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    body = io.BytesIO()
    Image.new("L", (side, side), 128).save(body, "JPEG", progressive=True, quality=30)
    data = body.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def overlapping_tiff(pages: int, entries: int = 60_000) -> bytes:
    """Return a TIFF whose directories of many entries begin one entry after the other and so share them."""
    entry = struct.pack("<HHLL", 256, 4, 1, 1)
    first = 8
    body = bytearray(b"II*\0" + first.to_bytes(4, "little"))
    body += bytes(2 * pages) + entry * entries
    struct.pack_into("<H", body, first, entries // 2)
    return bytes(body + bytes(16))


def large_tiff(pages: int, size: tuple[int, int], mode: str) -> bytes:
    body = io.BytesIO()
    first, *more = [Image.new(mode, size) for _ in range(pages)]
    first.save(body, "TIFF", save_all=True, append_images=more, compression="tiff_adobe_deflate")
    return body.getvalue()


def _ofd_of(*objects: str, **members: str) -> bytes:
    page = f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>"
    more = {"Doc_0/Pages/Page_0/Content.xml": page} | {f"Doc_0/{name}.xml": text for name, text in members.items()}
    return ofd(more=more)


def _deltas(deltas: str, text: str = "金额", repeated: int = 1) -> bytes:
    code = f'<ofd:TextCode X="0" Y="4" DeltaX="{deltas}">{text * repeated}</ofd:TextCode>'
    return _ofd_of(_TEXT.format(id=1, code=code))


def _templates(used: int, objects: int) -> bytes:
    template = f"<ofd:Page {_OFD}>{'<ofd:TextObject/>' * objects}</ofd:Page>"
    document = (
        f'<ofd:Document {_OFD}><ofd:TemplatePage ID="9" BaseLoc="T.xml"/>'
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>'
    )
    return _ofd_of('<ofd:Template TemplateID="9"/>' * used, Document=document, T=template)


def _nested(depth: int, repeated: int) -> bytes:
    inner = "<ofd:TextObject>" * depth + "</ofd:TextObject>" * depth
    return _ofd_of(inner * repeated)


def _drawn(objects: str, pages: int = 1, inside: str = "", files: Mapping[str, bytes] | None = None) -> bytes:
    """Return an OFD whose pages have nothing but these objects, so that they are drawn and read."""
    members = {f"Doc_0/Pages/Page_{number}/Content.xml": page_xml(objects) for number in range(pages)}
    return ofd(printed=((),) * pages, more=members | resources(inside, pages) | dict(files or {}))


def _path(data: str) -> str:
    shape = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject Boundary="0 0 210 297" Fill="true">{shape}</ofd:PathObject>'


_USE = '<ofd:CompositeObject ResourceID="{}" Boundary="0 0 210 297"/>'


def _composites(contents: Sequence[str]) -> str:
    """Return the resources that are composites with these contents, whose ids count from 0."""
    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="{number}"><ofd:Content>{content}</ofd:Content></ofd:CompositeGraphicUnit>'
        for number, content in enumerate(contents)
    )
    return f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>"


def _pictures(pictures: Mapping[str, bytes]) -> bytes:
    media = "".join(
        f'<ofd:MultiMedia ID="{name}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for name in pictures
    )
    shown = "".join(
        f'<ofd:ImageObject ResourceID="{name}" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>' for name in pictures
    )
    files = {f"Doc_0/Res/{name}": data for name, data in pictures.items()}
    return _drawn(shown, inside=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>", files=files)


def _letters(number: int, pages: int) -> bytes:
    """Return an OFD of characters that are not told, in a font whose table maps all characters again and again."""
    segments = struct.pack(">HHHHHHH", 4, 60_000, 0, 2 * 3000, 0, 0, 0)
    table = segments + b"\xff\xfe" * 3000 + b"\0\0" + b"\0\0" * 3000 + b"\0\1" * 3000 + b"\0\0" * 3000
    head = struct.pack(">IHHHH", 0x10000, 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, 12 + len(table))
    font = head + struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table
    fonts = '<ofd:Fonts><ofd:Font ID="1"><ofd:FontFile>x.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    unknown = "\ue000" * 1000
    code = f'<ofd:TextCode X="0" Y="4">{unknown}</ofd:TextCode>'
    text = f'<ofd:TextObject Boundary="9 9 99 9" Size="4" Font="1">{code}</ofd:TextObject>'
    return _drawn(text * (number // 1000), pages, fonts, {"Doc_0/Res/x.ttf": font})


def _pages_of_newlines(pages: int) -> bytes:
    page = f"<Page>{'ab' + chr(10)}" + "ab\n" * 5_000_000 + "</Page>"
    more = {f"Doc_0/Pages/Page_{number}/Content.xml": page for number in range(pages)}
    return ofd(printed=[[("1", "x")]] * pages, more=more)


def _bombs(number: int) -> bytes:
    bomb = blank_png(8000, 8000)
    return zipped({f"{index}.png": bomb for index in range(number)})


def _dense_print() -> bytes:
    return b"BT /F 5 Tf 5 TL 1 0 0 1 9 830 Tm " + (b"(" + b"1:2-3." * 25 + b" Total 1.00) Tj T* ") * 100 + b"ET"


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "png with transparency": lambda: blank_png(2000, 32000, colour=6),
    "grey png with transparency": lambda: blank_png(2000, 32000, colour=4),
    "png of 16 bits": lambda: blank_png(32000, 2000, colour=6, depth=16),
    "narrow png": lambda: claimed_png(16, 60_000),
    "very narrow png": lambda: claimed_png(4_000_000, 16),
    "line of a png": lambda: claimed_png(1, 1_000_000),
    "png of empty chunks": lambda: empty_chunks_png(1_000_000),
    "webp of nothing": lambda: claimed_webp(16_383, 16_383),
    "bmp that skips": lambda: run_length_bmp(60_000_000, 1, b"\0\2\xff\xff" * 100),
    "large bmp that skips": lambda: run_length_bmp(8000, 8000, b"\0\2\xff\xff" * 100),
    "bmp of short runs": lambda: run_length_bmp(8000, 8000, b"\1\1" * 2_000_000),
    "jpeg of many scans": lambda: progressive_jpeg(4000, 3000),
    "tiff of shared directories": lambda: overlapping_tiff(2000),
    "tiff of large pages": lambda: large_tiff(4, (2000, 32000), "RGBA"),
    "tiff of floats": lambda: large_tiff(1, (2000, 32000), "F"),
    "ofd of long distances": lambda: _deltas("1 " * 4_000_000, repeated=500_000),
    "ofd of odd counts": lambda: _deltas("g \N{SUPERSCRIPT TWO} 3"),
    "ofd of endless counts": lambda: _deltas(f"g {'9' * 5000} 3"),
    "ofd of one template": lambda: _templates(10_000, 10_000),
    "ofd of nested texts": lambda: _nested(90, 4000),
    "ofd of newlines": lambda: _pages_of_newlines(4),
    "ofd of a long path": lambda: _drawn(_path("M 0 0 " + "L 9 9 " * 1_000_000)),
    "ofd of many paths": lambda: _drawn(_path("M 0 0 L 99 0 L 99 99") * 4000, 20),
    "ofd of composites": lambda: _drawn(
        _USE.format(0), inside=_composites([_USE.format(n + 1) * 100 for n in range(6)])
    ),
    "ofd of a composite in itself": lambda: _drawn(_USE.format(0), inside=_composites([_USE.format(0) * 2])),
    "ofd of nested blocks": lambda: _drawn("<ofd:PageBlock>" * 90 + _USE.format(0) + "</ofd:PageBlock>" * 90),
    "ofd of one composite": lambda: _drawn(
        _USE.format(0) * 50, 20, _composites([_path("M 0 0 A 9 9 0 0 1 9 9") * 900])
    ),
    "ofd of huge pictures": lambda: _pictures({"a.png": claimed_png(100_000, 100_000), "b.png": blank_png(8000, 8000)}),
    "ofd of many pictures": lambda: _pictures({f"{n}.png": blank_png(4000, 4000 - n) for n in range(20)}),
    "ofd of letters": lambda: _letters(30_000, 4),
    "zip of bombs": lambda: _bombs(20),
    "pdf of rectangles": lambda: hostile(b"0 0 595 842 re f\n" * 200_000),
    "pdf of pages of rectangles": lambda: many_pages_of(b"0 0 595 842 re f\n" * 60_000, 20),
    "pdf of text": lambda: many_pages_of(
        b"BT /F 1 Tf " + b"1 0 0 1 9 9 Tm (" + b"1:" * 9_000 + b") Tj ET", 50, font=True
    ),
    "pdf of dense print": lambda: many_pages_of(_dense_print(), 50, font=True),
    "pdf of states": lambda: hostile(b"q " * 5_000_000),
}
"""A function for each kind that returns a file of it."""
