"""Files with pages: which are read, in what order, and what is said of those that are not."""

import weakref
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document, Source, Status
from bot.domain.errors import Refused
from bot.domain.prompt import Prompt
from tests.fakes.embedded_files import pdf
from tests.fakes.mixed_pdf import mixed
from tests.fakes.paged_files import WidthEngine, page, png, scanned, tiff
from workers.files.file_type import identify
from workers.files.format_protocol import OpenRequest, PageWindow
from workers.files.pdf.client import PdfFile
from workers.files.registry import open_file
from workers.reading.document import ReadRequest, read_document
from workers.reading.page_loop import MOST_AT_ONCE, OnPage, ignore_page

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
INVOICE = [
    "电子发票（普通发票）",
    "发票号码：24992000000001234567",
    "开票日期：2024年05月28日",
    "价税合计（大写）壹佰零陆圆整（小写）¥106.00",
]


def read(
    data: bytes,
    engine: WidthEngine,
    *,
    window: PageWindow | None = None,
    prompt: Prompt | None = None,
    on_page: OnPage = ignore_page,
) -> Document:
    return read_document(
        ReadRequest(
            file=identify(data),
            prompt=prompt or PROMPTS.default,
            candidates=PROMPTS.candidates,
            today=date(2026, 1, 1),
            window=window or PageWindow(),
        ),
        engine,
        on_page=on_page,
    )


def pages(count: int) -> list[Image.Image]:
    return [page(401 + number) for number in range(count)]


Make = Callable[..., bytes]
MAKERS = pytest.mark.parametrize("make", [scanned, tiff], ids=["pdf", "tiff"])


@MAKERS
def test_every_page_is_read_and_told_in_order(make: Make) -> None:
    told: list[tuple[int, int, str]] = []
    document = read(
        make(*pages(7)),
        WidthEngine(),
        on_page=lambda done, total, text: told.append((done, total, text)),
    )

    assert document.text == "\n\n".join(f"宽{401 + number}" for number in range(7))
    assert told == [(number + 1, 7, f"宽{401 + number}") for number in range(7)]
    assert (document.engine, document.first_page, document.pages, document.pages_left) == ("rapid", 0, 7, 0)
    assert document.doubts == ()


@MAKERS
def test_of_a_long_file_the_rest_is_offered(make: Make) -> None:
    data = make(*pages(53))
    first = read(data, WidthEngine())
    second = read(data, WidthEngine(), window=PageWindow(first=first.first_page + first.pages, most=20))
    third = read(data, WidthEngine(), window=PageWindow(first=second.first_page + second.pages, most=20))

    assert (first.pages, first.pages_left) == (20, 33)
    assert first.doubts == ("读了第 1–20 页，后面还有 33 页：引用原文件并说「第 21 到 40 页」，或直接说「继续」",)
    assert (second.first_page, second.pages, second.pages_left) == (20, 20, 13)
    assert "第 21–40 页" in second.doubts[0]
    assert "「第 41 到 53 页」" in second.doubts[0]
    assert (third.pages, third.pages_left, third.doubts) == (13, 0, ())
    assert f"{first.text}\n\n{second.text}\n\n{third.text}" == "\n\n".join(f"宽{401 + n}" for n in range(53))


@MAKERS
def test_a_page_that_is_not_there_is_refused_with_what_is(make: Make) -> None:
    with pytest.raises(Refused) as refused:
        read(make(*pages(3)), WidthEngine(), window=PageWindow(first=3))
    assert refused.value.text == texts.unreadable.no_such_page(4, 3)


def test_a_picture_has_no_pages_to_choose_from() -> None:
    assert read(png(page(401)), WidthEngine(), window=PageWindow(first=20)).text == "宽401"


def test_few_pages_are_held_and_few_are_with_the_engine_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[weakref.ref[Image.Image]] = []
    held: list[int] = []
    draw = PdfFile.image

    def drawn_page(file: PdfFile, number: int, size: tuple[int, int]) -> Image.Image:
        image = draw(file, number, size)
        drawn.append(weakref.ref(image))
        held.append(sum(one() is not None for one in [*drawn]))
        return image

    monkeypatch.setattr(PdfFile, "image", drawn_page)
    engine = WidthEngine()
    read(scanned(*pages(20)), engine)

    assert len(engine.seen) == 20
    assert engine.most_at_once <= MOST_AT_ONCE
    assert max(held) <= 2 * MOST_AT_ONCE


def test_a_scanned_invoice_is_read_as_its_picture_is_on_any_page() -> None:
    alone = read(png(page(777)), WidthEngine(says={777: INVOICE}))
    scan = read(scanned(page(777)), WidthEngine(says={777: INVOICE}))
    behind = read(scanned(page(401), page(777)), WidthEngine(says={777: INVOICE}))

    assert scan.prompt == alone.prompt == "invoice"
    assert scan.fields == alone.fields
    found = {field.key: field for field in behind.fields if field.value}
    assert found["invoice_number"].value == "24992000000001234567"
    assert found["invoice_number"].page == 1


def test_pages_with_and_without_text_come_together_in_order() -> None:
    document = read(mixed(), WidthEngine(says={600: INVOICE}))

    assert document.text.index("first page") < document.text.index("发票号码") < document.text.index("third page")
    found = {field.key: field for field in document.fields if field.value}
    assert (found["invoice_number"].source, found["invoice_number"].page) == (Source.CPU, 1)
    assert found["total_with_tax"].status is Status.CHECKED


def test_a_file_that_is_text_is_read_further_than_scans_are() -> None:
    document = read(pdf(*([(30, 30, f"page {number}")] for number in range(60))), WidthEngine())

    assert (document.engine, document.pages, document.pages_left) == ("embedded", 50, 10)
    assert document.text.endswith("page 49")
    assert "「第 51 到 60 页」" in document.doubts[0]


def test_certain_pages_of_a_file_that_is_text_are_those_and_no_more() -> None:
    document = read(
        pdf(*([(30, 30, f"page {number}")] for number in range(60))), WidthEngine(), window=PageWindow(first=4, most=2)
    )

    assert document.text == "page 4\n\npage 5"
    assert (document.first_page, document.pages, document.pages_left) == (4, 2, 54)


def test_empty_pages_cost_nothing() -> None:
    engine = WidthEngine()
    document = read(pdf([], [], []), engine)

    assert (document.text, engine.seen) == ("", [])


def test_a_tiff_of_mixed_pages_opens_each_by_its_own() -> None:
    data = tiff(page(401, mode="1"), page(900, 700), page(403, mode="L"))
    document = read(data, WidthEngine())

    assert document.text == "宽401\n\n宽900\n\n宽403"


@pytest.mark.parametrize(
    ("compression", "mode"), [("group4", "1"), ("group3", "1"), ("jpeg", "RGB"), ("packbits", "L")]
)
def test_what_faxes_and_scanners_write_can_be_read(compression: str, mode: str) -> None:
    document = read(tiff(page(401, mode=mode), page(402, mode=mode), compression=compression), WidthEngine())

    assert document.text == "宽401\n\n宽402"


def test_a_fax_of_coarse_resolution_is_not_read_squashed() -> None:
    engine = WidthEngine()
    read(tiff(page(408, 300, mode="1"), compression="group3", dpi=(204.0, 98.0)), engine)
    read(tiff(page(409, 300), page(410, 300), dpi=(204.0, 98.0)), engine)

    assert engine.seen[0] == (408, 624)
    assert sorted(engine.seen[1:]) == [(409, 624), (410, 624)]


@pytest.mark.filterwarnings("ignore:.*EXIF.*")
def test_half_a_tiff_gives_the_pages_that_are_there_or_a_sentence() -> None:
    whole = tiff(*pages(6), compression="raw")
    with suppress(Refused):
        assert read(whole[: len(whole) * 2 // 3], WidthEngine()).text.startswith("宽401")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_drawn_as_it_lies(turned: int) -> None:
    data = scanned(page(400, 700)).replace(b"/MediaBox", f"/Rotate {turned} /MediaBox".encode())
    with open_file(OpenRequest(file=identify(data))) as opened:
        image = opened.pages.page(0).image

    assert image.size == ((400, 700) if turned in {0, 180} else (700, 400))
    corner = {0: (10, 10), 90: (690, 10), 180: (390, 690), 270: (10, 390)}[turned]
    assert image.convert("L").getpixel(corner) == 0


def test_a_prompt_that_needs_a_picture_gets_the_pages_of_a_pdf_with_text() -> None:
    boxes = next(prompt for prompt in PROMPTS.prompts if prompt.output.value not in {"text", "fields"})
    engine = WidthEngine(takes_prompts=True)
    read_document(ReadRequest(file=identify(pdf([(30, 30, "words")])), prompt=boxes, today=date(2026, 1, 1)), engine)

    assert len(engine.seen) >= 1
