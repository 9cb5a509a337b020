import base64
import io
import itertools
import struct
import zipfile
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFont

from bot.domain.errors import Refused
from bot.domain.limits import MOST_READ_BYTES
from tests.fakes.pictures import open_picture
from workers.files.file_type import FileKind, identify

WORDS = "readable"
Colour = str | int | tuple[int, ...]


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def drawn(mode: str = "RGB", *, ground: Colour = "white", ink: Colour = "black") -> Image.Image:
    image = Image.new(mode, (120, 60), ground)
    ImageDraw.Draw(image).text((20, 15), WORDS, ink, ImageFont.load_default(20))
    return image


def opened(data: bytes) -> Image.Image:
    page = open_picture(data)
    assert page.image.mode == "RGB"
    return page.image


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        open_picture(data)
    return caught.value


def contrast(image: Image.Image) -> int:
    return int(np.ptp(np.asarray(image.convert("L"), np.int16)))


def colour(image: Image.Image, x: int, y: int) -> list[int]:
    return [int(part) for part in np.asarray(image)[y, x]]


def header_only_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_opens_the_usual_formats(kind: str) -> None:
    image = opened(written(drawn(), kind))
    assert image.size == (120, 60)
    assert contrast(image) > 150


# White, 64x32, its top left quarter red; to be shown turned clockwise once, which irot and EXIF both say.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAAB7AABAAAAAAAAAGMAAgAAAAACTwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEH"
    "BpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAI9tZGF0AAAA"
    "XygBrwng4Vc5NB//9Gh7/+8idl+vXShSJy/8C9Yr7Qdj/y5j6IPnw2JRQkgQAN3TgFRGvFBTM8XvB06ouXoGPLUziz8BzttWn0gN9nvT/xRrCP"
    "RNe/8M5fGwOQc1L4bAAAAABkV4aWYAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA"
)


def test_opens_heic_and_turns_it_once() -> None:
    image = opened(HEIC)
    assert image.size == (32, 64)
    red, green, _ = colour(image, 28, 4)
    assert red > 150
    assert green < 80
    assert min(colour(image, 4, 4)) > 230


def test_a_broken_heic_is_refused() -> None:
    assert refusal(HEIC[:300]).reason == "picture_broken"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_takes_the_first_frame_of_an_animation(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "lime")]
    image = opened(written(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
    red, green, blue = colour(image, 20, 20)
    assert red > 250
    assert max(green, blue) < 5


def test_takes_the_first_page_of_a_tiff() -> None:
    pages = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    assert opened(written(pages[0], "TIFF", save_all=True, append_images=pages[1:])).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_the_page_as_its_exif_says(orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("black", (0, 0, 40, 20))  # the mark: top left
    undo = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in undo[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = opened(written(stored, "PNG", exif=exif))
    assert image.size == (80, 40)
    assert image.tobytes() == upright.tobytes()


@pytest.mark.parametrize("ink", ["black", "white"])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_text_on_transparency_can_be_read(mode: str, ink: str) -> None:
    grey = {"black": 0, "white": 255}[ink]
    paint = {"RGBA": (grey, grey, grey, 255), "LA": (grey, 255)}[mode]
    clear = {"RGBA": (0, 0, 0, 0), "LA": (0, 0)}[mode]
    image = opened(written(drawn(mode, ground=clear, ink=paint), "PNG"))
    assert contrast(image) > 200
    corner = image.convert("L").getpixel((0, 0))
    assert corner == 255 - grey


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_screenshot_with_an_alpha_channel_that_hides_nothing_keeps_its_pixels(mode: str) -> None:
    noise = Image.effect_noise((80, 60), 60)
    image = opened(written(noise.convert(mode), "PNG"))
    assert image.tobytes() == noise.convert("RGB").tobytes()


def test_palettes_with_a_clear_colour_can_be_read() -> None:
    image = drawn("L", ground=0, ink=255).convert("P")
    assert contrast(opened(written(image, "PNG", transparency=0))) > 200


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours_can_be_read(mode: str) -> None:
    assert contrast(opened(written(drawn().convert(mode), "PNG"))) > 200


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_deep_grey_is_scaled_not_clipped(bits: int) -> None:
    ramp = np.linspace(0, 2**bits - 1, 200).astype(np.uint16).reshape(1, -1).repeat(50, axis=0)
    row = np.asarray(opened(written(Image.fromarray(ramp), "PNG")).convert("L"))[25]
    assert row[0] == 0
    assert row[-1] == 255
    assert abs(int(row[100]) - 128) < 4


def test_floating_point_grey_is_scaled() -> None:
    ramp = np.linspace(-3, 7, 200, dtype=np.float32).reshape(1, -1).repeat(50, axis=0)
    row = np.asarray(opened(written(Image.fromarray(ramp), "TIFF")).convert("L"))[25]
    assert (row[0], row[-1]) == (0, 255)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
@pytest.mark.parametrize("profile", [None, b"not a profile", "of another kind"])
def test_ink_colours_become_light(kind: str, profile: bytes | str | None) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() if isinstance(profile, str) else profile
    image = drawn("CMYK", ground=(0, 0, 0, 0), ink=(0, 0, 0, 255))
    result = opened(written(image, kind, **({"icc_profile": icc} if icc else {})))
    assert result.convert("L").getpixel((2, 2)) == 255
    assert contrast(result) > 150


def test_large_pictures_become_pages_of_bearable_size() -> None:
    image = opened(written(Image.new("L", (7000, 7000), 200), "JPEG"))
    assert 15_000_000 < image.width * image.height <= 17_000_000
    assert image.width == image.height


def test_a_large_photo_keeps_its_turn() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = opened(written(Image.new("L", (8000, 4000), 200), "JPEG", exif=exif))
    assert abs(image.height - 2 * image.width) < 4


def test_long_screenshots_keep_their_width() -> None:
    assert opened(written(Image.new("1", (1080, 20_000), 1), "PNG")).size == (1080, 20_000)


@pytest.mark.parametrize(("size", "padded"), [((3, 500), (32, 500)), ((500, 3), (500, 32)), ((40, 4000), (80, 4000))])
def test_strips_get_a_margin(size: tuple[int, int], padded: tuple[int, int]) -> None:
    assert opened(written(Image.new("RGB", size, "white"), "PNG")).size == padded


@pytest.mark.parametrize("size", [(1, 1), (15, 15), (3, 9)])
def test_tiny_pictures_are_refused_with_their_size(size: tuple[int, int]) -> None:
    refused = refusal(written(Image.new("RGB", size), "PNG"))
    assert refused.reason == "picture_too_small"
    assert f"{size[0]}×{size[1]}" in refused.text


@pytest.mark.parametrize("size", [(9000, 9000), (200_000, 400), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_by_their_header(size: tuple[int, int]) -> None:
    refused = refusal(header_only_png(*size))
    assert refused.reason in {"too_many_pixels", "picture_broken"}


def test_too_many_pixels_says_how_many() -> None:
    refused = refusal(header_only_png(9000, 9000))
    assert refused.reason == "too_many_pixels"
    assert "9000×9000" in refused.text


def test_too_many_bytes_says_how_many() -> None:
    refused = refusal(b"\x89PNG\r\n\x1a\n" + bytes(MOST_READ_BYTES))
    assert refused.reason == "file_too_large"
    assert "31 MB" in refused.text


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.filterwarnings("ignore:Truncated File Read:UserWarning")
def test_half_a_file_is_refused(kind: str, share: float) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = written(noise, kind)
    assert refusal(data[: int(len(data) * share)]).reason == "picture_broken"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12),
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_open_or_are_refused(kind: str, damage: list[tuple[float, int]]) -> None:
    data = bytearray(written(drawn(), kind))
    for place, value in damage:
        data[int(place * len(data))] = value
    with suppress(Refused):
        opened(bytes(data))


@given(st.binary(max_size=64))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    assert refusal(data).text.endswith("。")


def zipped(*names: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return body.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_PICTURES = [
    (b"", FileKind.EMPTY),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", FileKind.PDF),
    (b"\r\n\r\n%PDF-1.4", FileKind.PDF),
    (zipped("OFD.xml", "Doc_0/Document.xml"), FileKind.OFD),
    (zipped("[Content_Types].xml", "word/document.xml"), FileKind.WORD),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), FileKind.EXCEL),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), FileKind.SLIDES),
    (OLE + bytes(64) + "EncryptedPackage".encode("utf-16-le"), FileKind.LOCKED_OFFICE),
    (zipped("发票.png"), FileKind.ARCHIVE),
    (zipped("word/发票.png"), FileKind.ARCHIVE),
    (b"PK\x03\x04 cut off", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07\x01\x00", FileKind.ARCHIVE),
    (OLE + bytes(64) + "Workbook".encode("utf-16-le"), FileKind.EXCEL),
    (b'<?xml version="1.0" encoding="UTF-8"?><EInvoice/>', FileKind.XML),
    ("\ufeff<EInvoice></EInvoice>".encode(), FileKind.XML),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', FileKind.OTHER_PICTURE),
    (b"<!DOCTYPE html><html></html>", FileKind.TEXT),
    ("发票号码 12345678".encode(), FileKind.TEXT),
    ("发票号码 12345678".encode("gb18030"), FileKind.TEXT),
    (("汉" * 3000).encode(), FileKind.TEXT),
    (b"ID3\x04\x00", FileKind.AUDIO),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", FileKind.AUDIO),
    (b"#!AMR\n\x3c", FileKind.AUDIO),
    (b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00", FileKind.AUDIO),
    (b"\x00\x00\x00\x1cftypisom\x00\x00\x02\x00isomiso2mp41", FileKind.VIDEO),
    (b"RIFF\x24\x00\x00\x00AVI LIST", FileKind.VIDEO),
    (b"\x00\x01\x02\x03\xfe\xff\x80", FileKind.UNKNOWN),
]


@pytest.mark.parametrize(("data", "kind"), NOT_PICTURES, ids=[str(kind) for _, kind in NOT_PICTURES])
def test_other_files_are_told_apart_and_refused(data: bytes, kind: FileKind) -> None:
    assert identify(data).kind is kind
    refused = refusal(data)
    assert refused.reason == f"kind_{kind}"
    assert any(word in refused.text for word in ("请", "不需要"))


def test_every_kind_has_its_own_sentence() -> None:
    texts = {kind: refusal(data).text for data, kind in NOT_PICTURES}
    for one, other in itertools.combinations(texts, 2):
        assert texts[one] != texts[other]
