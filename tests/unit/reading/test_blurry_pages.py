"""A page that is too blurry to be read is told from one that is sharp, blank, or blurred but read."""

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from bot.domain.document import Document, Line, Reading
from tests.fakes.read_documents import PROMPTS
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.blurry_pages import is_too_blurry
from workers.reading.document import ReadRequest, read_document

SAMPLES = Path(__file__).resolve().parents[3] / "config" / "samples"
NAMES = ("digital_invoice.png", "invoice_photo.jpg", "contract.png", "whiteboard.jpg")


def sample(name: str) -> Image.Image:
    return Image.open(SAMPLES / name).convert("RGB")


class Reads:
    """Reads the same words whatever it is shown."""

    name = "rapid"
    takes_prompts = False

    def __init__(self, words: str) -> None:
        self.words = words

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        return Reading(text=self.words, lines=(Line(text=self.words),))


def read(image: Image.Image, words: str) -> Document:
    body = io.BytesIO()
    image.save(body, "PNG")
    request = ReadRequest(
        file=identify(body.getvalue()), prompt=PROMPTS.default, candidates=PROMPTS.candidates, today=date(2026, 1, 1)
    )
    return read_document(request, Reads(words))


@pytest.mark.parametrize("name", NAMES[:3])
@pytest.mark.parametrize("radius", [3, 6, 12])
def test_a_page_out_of_focus_of_which_little_was_read_is_blurry(name: str, radius: int) -> None:
    assert is_too_blurry(sample(name).filter(ImageFilter.GaussianBlur(radius)), "33")


def test_a_page_that_moved_is_blurry() -> None:
    page = sample("digital_invoice.png")
    moved = Image.blend(page, page, 0)
    for step in range(1, 16):
        shifted = page.transform(page.size, Image.Transform.AFFINE, (1, 0, step, 0, 1, 0), fillcolor="white")
        moved = Image.blend(moved, shifted, 1 / (step + 1))

    assert is_too_blurry(moved, "33")


@pytest.mark.parametrize("name", NAMES)
def test_a_sharp_page_is_not_blurry_even_if_little_was_read(name: str) -> None:
    assert not is_too_blurry(sample(name), "33")


def test_a_blurred_page_that_was_read_is_not_too_blurry() -> None:
    assert not is_too_blurry(sample("contract.png").filter(ImageFilter.GaussianBlur(3)), "合同" * 200)


@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_an_empty_page_is_not_blurry(colour: str) -> None:
    assert not is_too_blurry(Image.new("RGB", (1200, 800), colour), "33")


def test_a_blurry_invoice_that_is_read_as_33_comes_with_a_line_that_says_what_to_do() -> None:
    page = sample("digital_invoice.png")

    assert any(
        "太模糊" in doubt and "重拍" in doubt for doubt in read(page.filter(ImageFilter.GaussianBlur(6)), "33").doubts
    )
    assert not any("太模糊" in doubt for doubt in read(page, "33").doubts)
