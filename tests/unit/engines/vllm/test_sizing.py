import io
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from bot.domain.engine_profile import Profile, profile_of
from bot.domain.errors import Refused
from tests.fakes.engine_profiles import GLM_OCR, PROFILES, V1_0, V1_5
from workers.engines.base import EncodedPicture
from workers.engines.picture_encoding import decode, encode, resized, size_to_send
from workers.engines.picture_form import image_tokens, seen_size
from workers.engines.vllm.sizing import picture_form

OLD = picture_form(V1_0, 32_768)
LATE = picture_form(V1_5, 32_768)
sides = st.integers(1, 9000)


@pytest.mark.parametrize(
    ("size", "old", "late"),
    [
        ((1000, 1400), 1410, 1410),
        ((1080, 1920), 2102, 2102),
        ((2480, 3508), 4106, 8692),
        ((4000, 3000), 4072, 11846),
    ],
)
def test_tokens_are_those_measured_on_the_model(size: tuple[int, int], old: int, late: int) -> None:
    assert (image_tokens(size, OLD), image_tokens(size, LATE)) == (old, late)


@given(sides, sides)
@example(9300, 47)
@example(47, 9300)
@example(1, 200)
def test_what_is_sent_looks_to_the_model_as_the_original_would(width: int, height: int) -> None:
    if max(width, height) > 200 * min(width, height):
        with pytest.raises(Refused, match="picture_too_thin"):
            seen_size((width, height), OLD)
        return
    seen = seen_size((width, height), OLD)
    assert seen[0] % 32 == seen[1] % 32 == 0
    sent = size_to_send((width, height), OLD)
    assert seen_size(sent, OLD) == seen
    assert sent[0] * sent[1] <= max(width * height, 1)


@given(sides, sides, st.integers(300, 20_000))
def test_a_picture_is_made_to_fit_the_context_or_refused(width: int, height: int, most: int) -> None:
    if max(width, height) > 200 * min(width, height):
        return
    narrow = replace(LATE, most_tokens=most)
    try:
        tokens = image_tokens((width, height), narrow)
    except Refused:
        assert most < 800
        return
    assert tokens <= most
    if image_tokens((width, height), LATE) <= most:
        assert seen_size((width, height), narrow) == seen_size((width, height), LATE)


def drawn(size: tuple[int, int]) -> Image.Image:
    image = Image.effect_noise(size, 60).convert("RGB")
    ImageDraw.Draw(image).rectangle((10, 10, 200, 90), fill=(200, 20, 20))
    return image


def decoded(sent: EncodedPicture) -> Image.Image:
    image = Image.open(io.BytesIO(sent.data))
    assert Image.MIME[image.format or ""] == sent.media_type
    assert image.size == sent.size
    return decode(sent)


def test_a_photo_arrives_almost_as_it_was() -> None:
    image = drawn((400, 300))
    arrived = decoded(encode(image, OLD))
    difference = ImageStat.Stat(ImageChops.difference(image, arrived))
    assert arrived.size == image.size
    assert max(difference.mean) < 3


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_drawing_arrives_exactly_as_it_was(mode: str) -> None:
    image = Image.new("RGB", (700, 300), "white")
    ImageDraw.Draw(image).line((0, 0, 600, 290), fill="black", width=3)
    image = image.convert(mode)
    sent = encode(image, OLD)
    assert not ImageChops.difference(image.convert("RGB"), decoded(sent)).getbbox()
    assert len(sent.data) < 3000


def test_large_pictures_shrink_and_small_ones_stay() -> None:
    assert resized(drawn((4000, 3000)), OLD).size == seen_size((4000, 3000), OLD)
    small = drawn((300, 200))
    assert resized(small, OLD) is small


@pytest.mark.parametrize(
    ("names", "profile"),
    [(("ocr", "HunyuanOCR-1.0"), V1_0), (("tencent/HunyuanOCR", "HunyuanOCR/v1.0"), V1_0), (("HunyuanOCR_1.5",), V1_5)],
)
def test_the_generation_shows_in_the_names(names: tuple[str, ...], profile: Profile) -> None:
    assert profile_of(PROFILES, *names) is profile


@pytest.mark.parametrize(
    ("size", "tokens"), [((600, 480), 359), ((1000, 1400), 1802), ((1080, 1920), 2693), ((2480, 3508), 6047)]
)
def test_glm_ocr_counts_its_own_squares(size: tuple[int, int], tokens: int) -> None:
    assert image_tokens(size, picture_form(GLM_OCR, 16_384)) == tokens
