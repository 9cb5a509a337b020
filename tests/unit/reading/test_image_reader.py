import io
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageChops

from bot.domain.document import Box, Line, Reading
from bot.domain.errors import Refused
from tests.fakes.engine_profiles import V1_0
from workers.engines.base import RAW_RGB, EncodedPicture, Encoding, PictureForm
from workers.engines.cpu.form import CPU_FORM
from workers.engines.picture_encoding import decode
from workers.engines.vllm.sizing import picture_form
from workers.files import images
from workers.files.file_type import IdentifiedFile, identify
from workers.files.images import image_of
from workers.reading.image_reader import ImageReader

MODEL_FORM = picture_form(V1_0, 32_768)


@dataclass
class Listening:
    """Records what it is sent; finds a line in the middle of each picture."""

    wanted: PictureForm
    name: str = "rapid"
    takes_prompts: bool = False
    sent: list[EncodedPicture] = field(default_factory=list)

    def form(self) -> PictureForm:
        return self.wanted

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.sent.append(picture)
        width, height = picture.size
        box = Box(left=width // 4, top=height // 4, right=width // 2, bottom=height // 2)
        return Reading(text="x", lines=(Line(text="x", box=box),))


def photo(size: tuple[int, int] = (900, 700)) -> Image.Image:
    rows, columns = np.mgrid[: size[1], : size[0]]
    noise = np.asarray(Image.effect_noise(size, 20), np.uint8)
    return Image.fromarray(np.stack([rows % 256, columns % 256, noise], axis=-1).astype(np.uint8))


def written(image: Image.Image, kind: str, orientation: int = 1, **options: object) -> bytes:
    body, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image.save(body, kind, exif=exif if orientation > 1 else b"", **options)
    return body.getvalue()


def sent(data: bytes, form: PictureForm) -> EncodedPicture:
    engine = Listening(form)
    ImageReader(engine=engine).read(image_of(identify(data)), "")
    return engine.sent[0]


def differs(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


@pytest.mark.parametrize("form", [MODEL_FORM, CPU_FORM], ids=["model", "cpu"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_fits_goes_as_it_came(kind: str, form: PictureForm, monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(photo(), kind)
    whole = images.decode(identify(data))
    monkeypatch.setattr(images, "decode", None)  # nothing needs its pixels
    picture = sent(data, form)
    assert picture.media_type == f"image/{kind.lower()}"
    assert len(picture.data) <= len(data)
    assert not differs(decode(picture), whole)


@pytest.mark.parametrize(
    "data",
    [
        written(photo(), "PNG", orientation=6),
        written(photo().convert("CMYK"), "JPEG"),
        written(photo().convert("RGBA"), "PNG"),
        written(photo((1500, 24)), "JPEG"),
        written(photo(), "BMP"),
    ],
    ids=["turned", "cmyk", "alpha", "strip", "bmp"],
)
def test_the_engine_sees_what_we_see_of_any_other_file(data: bytes) -> None:
    picture = sent(data, CPU_FORM)
    assert picture.media_type == RAW_RGB
    assert not differs(decode(picture), images.decode(identify(data)))


def test_a_turned_photo_goes_as_it_came_only_to_an_engine_that_turns_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(photo(), "JPEG", orientation=6)
    whole = images.decode(identify(data))
    upright = sent(data, replace(CPU_FORM, turns=False))
    assert upright.media_type == RAW_RGB
    assert not differs(decode(upright), whole)

    monkeypatch.setattr(images, "decode", None)  # nothing needs its pixels
    picture = sent(data, CPU_FORM)
    assert picture.media_type == "image/jpeg"
    assert picture.size == whole.size
    assert not differs(decode(picture), whole)


def test_a_page_too_large_for_the_model_is_made_smaller_once() -> None:
    data, engine = written(photo((2480, 3508)), "JPEG"), Listening(MODEL_FORM)
    reader, image = ImageReader(engine=engine), image_of(identify(data))
    for prompt in ("text", "fields"):
        reader.read(image, prompt)
    assert engine.sent[0].size == (1696, 2432)
    assert engine.sent[0] is engine.sent[1]


def test_what_is_hardly_too_large_is_left_for_the_model_to_scale() -> None:
    assert sent(written(photo((2080, 2080)), "JPEG"), MODEL_FORM).size == (2080, 2080)
    assert sent(written(photo((2400, 2400)), "JPEG"), MODEL_FORM).size == (2048, 2048)


def test_a_file_larger_than_the_engine_wants_is_encoded_anew() -> None:
    data = written(photo(), "JPEG", quality=100, subsampling=0)
    picture = sent(data, replace(MODEL_FORM, most_bytes=len(data) // 2))
    assert picture.data != data
    assert picture.media_type == "image/jpeg"


def test_a_picture_far_too_large_is_scaled_while_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    form = replace(MODEL_FORM, most_pixels=512 * 512, encoding=Encoding.RAW)
    data = written(photo((2200, 2200)), "JPEG")
    asked: list[object] = []
    decode_file = images.decode

    def decode_listening(file: IdentifiedFile, *, least: tuple[int, int] | None = None) -> Image.Image:
        asked.append(least)
        return decode_file(file, least=least)

    monkeypatch.setattr(images, "decode", decode_listening)
    picture = sent(data, form)
    assert asked == [(512, 512)]
    reference = decode_file(identify(data)).resize((512, 512), Image.Resampling.LANCZOS)
    difference = np.abs(np.asarray(decode(picture), np.int16) - np.asarray(reference, np.int16))
    assert difference.mean() < 6


def test_boxes_are_in_pixels_of_the_image() -> None:
    image = image_of(identify(written(photo((2480, 3508)), "JPEG")))
    (line,) = ImageReader(engine=Listening(MODEL_FORM)).read(image, "").lines
    assert line.box is not None
    edges = (line.box.left, line.box.top, line.box.right, line.box.bottom)
    assert all(abs(edge - place) < 3 for edge, place in zip(edges, (620, 877, 1240, 1754), strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_broken_file_is_refused_once_it_is_needed(kind: str) -> None:
    data = written(photo(), kind)
    with pytest.raises(Refused, match="picture_broken"):
        sent(data[: len(data) // 2], MODEL_FORM)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_known_before_decoding(orientation: int) -> None:
    image = image_of(identify(written(photo((320, 200)), "JPEG", orientation=orientation)))
    size = image.size
    image.load()
    assert image.size == size == ((320, 200) if orientation < 5 else (200, 320))
    assert image.copy().size == size
