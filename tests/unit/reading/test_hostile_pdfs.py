"""PDFs that only hurt end in a sentence, and take neither this process' memory nor its time."""

import resource
from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.errors import Refused
from tests.fakes.hostile_pdfs import hostile, huge_picture, many_pages, nested_forms
from tests.fakes.paged_files import WidthEngine, page, scanned
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.files.pdf.client import PdfFile
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
MEGABYTE = 2**20


def own_peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("data", [hostile(b"q " * 20_000_000), nested_forms(40)], ids=["states", "forms"])
def test_a_page_that_takes_too_much_is_refused_by_the_kernel(data: bytes) -> None:
    before = own_peak()
    with PdfFile(data, seconds=2) as file, pytest.raises(Refused) as refused:
        file.contents(0)

    assert refused.value.text == texts.unreadable.file_too_complex()
    assert own_peak() - before < 64 * MEGABYTE


def test_a_page_that_is_drawn_for_ever_is_refused_and_the_next_is_not() -> None:
    with PdfFile(hostile(b"0 0 595 842 re f\n" * 200_000), seconds=2) as file:
        size = file.contents(0).size
        with pytest.raises(Refused):
            file.image(0, size)
        assert file.contents(0).size == size


@pytest.mark.parametrize("box", ["0 0 1000000 1000000", "0 0 1000000 1", "0 0 1 1000000", "0 0 1e39 1e39", "0 0 -5 0"])
def test_whatever_size_a_page_claims_it_is_drawn_at_a_bearable_one(box: str) -> None:
    with PdfFile(hostile(b"0 0 9 9 re f", box=box)) as file:
        size = file.contents(0).size
        image = file.image(0, size)

    assert size[0] * size[1] <= 17_000_000
    assert max(size) <= 20_000
    assert image.size == size


def test_a_picture_of_more_pixels_than_there_are_is_drawn_at_the_pages_size() -> None:
    with PdfFile(huge_picture(30_000)) as file:
        size = file.contents(0).size

    assert size[0] * size[1] <= 17_000_000


def test_of_thousands_of_pages_few_are_opened() -> None:
    engine = WidthEngine()
    document = read_document(
        ReadRequest(
            file=identify(many_pages(20_000)),
            prompt=PROMPTS.default,
            today=date(2026, 1, 1),
            window=PageWindow(first=19_000, most=3),
        ),
        engine,
    )

    assert (document.first_page, document.pages, document.pages_left) == (19_000, 3, 997)
    assert len(engine.seen) == 3


def test_a_heavy_page_is_named_and_the_others_are_read() -> None:
    heavy = scanned(page(401), page(402), page(403)).replace(b"/Width 402", b"/Width 9e9")
    document = read_document(
        ReadRequest(file=identify(heavy), prompt=PROMPTS.default, today=date(2026, 1, 1)), WidthEngine()
    )

    assert "宽401" in document.text
    assert "宽403" in document.text


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_cut_scan_is_read_or_refused_with_a_sentence(cut: float) -> None:
    whole = scanned(page(401), page(402))
    try:
        with PdfFile(whole[: int(cut * len(whole))]) as file:
            assert file.pages >= 0
    except Refused as refused:
        said = refused.text
        assert said.endswith("。")
