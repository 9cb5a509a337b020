import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops

from workers.engines.base import EncodedPicture
from workers.engines.picture_encoding import decode
from workers.files.file_type import identify
from workers.files.images import image_of
from workers.files.picture_bytes import jpeg_picture, png_picture, webp_picture
from workers.files.undecoded import UndecodedImage

CASES = Path(__file__).parents[4] / "shared" / "cases"
SIZE = (160, 120)


def drawn(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise(SIZE, 60).convert(mode)


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def same(one: bytes, other: bytes) -> bool:
    pictures = [Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other)]
    return pictures[0].size == pictures[1].size and not ImageChops.difference(*pictures).getbbox()


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0, "quality": 95}, {"optimize": True}])
def test_an_ordinary_jpeg_keeps_its_pixels(mode: str, options: dict[str, object]) -> None:
    data = written(drawn(mode), "JPEG", **options)
    found = jpeg_picture(data, SIZE)
    assert found is not None
    assert same(found, data)


def test_what_is_not_the_picture_stays_behind() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Secret Phone"
    data = written(drawn(), "JPEG", exif=exif, comment=b"a secret", icc_profile=b"secret profile")
    found = jpeg_picture(data + b"secret tail" + data, SIZE)
    assert found is not None
    assert b"secret" not in found.lower()
    assert same(found, data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_goes_to_an_engine_that_turns_it_and_shows_the_same_pixels_there(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Secret Phone"
    image = image_of(identify(written(drawn(), "JPEG", exif=exif)))
    assert isinstance(image, UndecodedImage)
    assert image.file is not None
    assert b"Secret" not in image.file.data

    seen = decode(EncodedPicture(media_type=image.file.media_type, data=image.file.data, size=image.size))
    assert seen.size == image.size
    assert not ImageChops.difference(seen, image.pixels()).getbbox()
    assert image.file.turned == (orientation > 1)  # so that it does not go to others
    assert not ImageChops.difference(image.grey(image.size), image.convert("L")).getbbox()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_a_jpeg_cut_short_does_not_pass(share: float) -> None:
    data = written(drawn(), "JPEG")
    assert jpeg_picture(data[: int(len(data) * share)], SIZE) is None


def test_a_jpeg_of_another_size_than_it_says_does_not_pass() -> None:
    assert jpeg_picture(written(drawn(), "JPEG"), (120, 160)) is None


def test_a_jpeg_in_cmyk_does_not_pass() -> None:
    assert jpeg_picture(written(drawn().convert("CMYK"), "JPEG"), SIZE) is None


def test_a_second_frame_or_picture_inside_a_jpeg_does_not_pass() -> None:
    data = written(drawn(), "JPEG")
    frame = data.index(b"\xff\xc0")
    segment = data[frame : frame + 2 + int.from_bytes(data[frame + 2 : frame + 4])]
    assert jpeg_picture(data[:frame] + segment + data[frame:], SIZE) is None
    assert jpeg_picture(data[:-2] + data, SIZE) is None


def test_a_jpeg_of_endless_scans_does_not_pass() -> None:
    data = written(drawn(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    assert jpeg_picture(data[:last] + data[last:-2] * 6 + b"\xff\xd9", SIZE) is not None
    assert jpeg_picture(data[:last] + data[last:-2] * 20 + b"\xff\xd9", SIZE) is None


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_an_ordinary_png_keeps_its_pixels(mode: str) -> None:
    data = written(drawn().convert(mode), "PNG")
    found = png_picture(data + b"tail", SIZE)
    assert found is not None
    assert same(found, data)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-20],
        lambda data: data[:40] + b"x" + data[41:],
        lambda data: data[:33] + chunk(b"acTL", bytes(8)) + data[33:],
        lambda data: data[:33] + chunk(b"tRNS", bytes(6)) + data[33:],
        lambda data: data[:33] + data[8:],
        lambda _: b"",
    ],
    ids=["cut", "changed", "animated", "transparent", "two heads", "empty"],
)
def test_another_png_does_not_pass(change: object) -> None:
    assert callable(change)
    assert png_picture(change(written(drawn(), "PNG")), SIZE) is None


def test_a_png_leaves_its_texts_behind() -> None:
    data = written(drawn(), "PNG")
    found = png_picture(data[:33] + chunk(b"tEXt", b"Comment\0secret") + data[33:], SIZE)
    assert found is not None
    assert b"secret" not in found


@pytest.mark.parametrize("lossless", [False, True])
def test_a_simple_webp_passes_and_no_other(lossless: bool) -> None:  # noqa: FBT001 - a parameter of the test
    data = written(drawn(), "WEBP", lossless=lossless)
    assert webp_picture(data + b"tail") == data
    assert webp_picture(data[:-10]) is None
    frames = written(drawn(), "WEBP", save_all=True, append_images=[Image.new("RGB", SIZE)])
    assert webp_picture(frames) is None


def test_a_jpeg_that_took_minutes_to_decode_does_not_pass() -> None:
    path = CASES / "hostile" / "jpeg_progressive_8000_5000scans.jpg"
    if not path.exists():
        pytest.skip("the hostile files are not beside this checkout")
    data = path.read_bytes()
    assert jpeg_picture(data, Image.open(io.BytesIO(data)).size) is None
