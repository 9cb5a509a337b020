"""Several papers in one file: each is told of by its own pages alone, whatever they are read with."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
import segno
from PIL import Image
from pypdfium2 import PdfDocument

from bot.config.prompt_files import load
from bot.domain.checking.invoice_qr import qr_checksum
from bot.domain.document import Document, Reading, Source
from bot.domain.prompt import Prompt
from tests.fakes.embedded_files import pdf
from tests.fakes.paged_files import WidthEngine, page, scanned, tiff
from workers.engines.base import EncodedPicture
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.reading.ask_model import PLAIN
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
INVOICE = PROMPTS.named("invoice")
FIRST, SECOND, THIRD = ("24992000000001234567", "24992000000007654321", "24992000000009999999")


def invoice(number: str, *more: str, total: str = "106.00", day: str = "28") -> list[str]:
    return [
        "电子发票（普通发票）",
        *([f"发票号码：{number}"] if number else []),
        f"开票日期：2024年05月{day}日",
        *([f"价税合计（小写）：¥{total}"] if total else []),
        *more,
    ]


def goods(number: str) -> list[str]:
    return [
        "销售货物或者提供应税劳务清单",
        f"发票号码：{number}",
        "开票人：赵小样",
    ]


def values(document: Document) -> dict[str, str]:
    return {one.key: one.value for one in document.fields if one.value}


def pages_of(document: Document) -> set[int | None]:
    return {one.page for one in document.fields if one.value}


def several(document: Document) -> list[tuple[int, ...]]:
    """Return the pages of each of several papers, from 0; none if the file holds one."""
    return [paper.place.pages for paper in document.papers if paper.place is not None]


@dataclass
class Prompted(WidthEngine):
    """Answers what a page has behind a colon for each name that is asked for, as a model that follows prompts."""

    name: str = "hunyuan"
    takes_prompts: bool = True
    asked: list[str] = field(default_factory=list)

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        words = self.says.get(picture.size[0], [f"宽{picture.size[0]}"])
        if prompt == PLAIN:
            return Reading(text="\n".join(words))
        if "表格" in prompt:
            return Reading(text="")
        said = dict(line.replace("（小写）", "").split("：", 1) for line in words if "：" in line)
        return Reading(text=json.dumps(said, ensure_ascii=False))


def read(
    data: bytes, engine: WidthEngine, *, prompt: Prompt | None = None, window: PageWindow | None = None
) -> Document:
    return read_document(
        ReadRequest(
            file=identify(data),
            prompt=prompt or PROMPTS.default,
            candidates=() if prompt else PROMPTS.candidates,
            today=date(2026, 1, 1),
            window=window or PageWindow(),
        ),
        engine,
    )


Pages = Sequence[Sequence[str]]


def _seen(
    engine: Callable[..., WidthEngine], make: Callable[..., bytes], named: Prompt | None
) -> Callable[[Pages], Document]:
    def through(pages: Pages, window: PageWindow | None = None) -> Document:
        says = {600 + number: words for number, words in enumerate(pages)}
        return read(make(*map(page, says)), engine(says=says), prompt=named, window=window)

    return through


def _written(named: Prompt | None) -> Callable[[Pages], Document]:
    def through(pages: Pages, window: PageWindow | None = None) -> Document:
        data = pdf(*([(30, 40 + 30 * row, text) for row, text in enumerate(words)] for words in pages))
        return read(data, WidthEngine(), prompt=named, window=window)

    return through


WAYS = pytest.mark.parametrize(
    "through",
    [
        pytest.param(_seen(WidthEngine, scanned, None), id="lines-pdf"),
        pytest.param(_seen(WidthEngine, tiff, None), id="lines-tiff"),
        pytest.param(_seen(WidthEngine, scanned, INVOICE), id="lines-named"),
        pytest.param(_seen(Prompted, scanned, None), id="prompt-pdf"),
        pytest.param(_seen(Prompted, scanned, INVOICE), id="prompt-named"),
        pytest.param(_written(None), id="text"),
        pytest.param(_written(INVOICE), id="text-named"),
    ],
)


@WAYS
def test_what_the_first_invoice_lacks_is_not_filled_from_the_second(through: Callable[..., Document]) -> None:
    second = invoice(SECOND, "开票人：赵小样", "收款人：李小样", total="9.00", day="29")
    document = through([invoice(FIRST, total=""), second, invoice(THIRD)])

    assert document.prompt == "invoice"
    assert {key: value for key, value in values(document).items() if key != "invoice_title"} == {
        "invoice_number": FIRST,
        "issue_date": "2024-05-28",
    }
    assert pages_of(document) == {0}
    assert several(document) == [(0,), (1,), (2,)]
    assert [values(paper)["invoice_number"] for paper in document.papers] == [FIRST, SECOND, THIRD]
    assert [values(paper).get("drawer") for paper in document.papers] == [None, "赵小样", None]
    assert [pages_of(paper) for paper in document.papers] == [{0}, {1}, {2}]
    assert [paper.place.number for paper in document.papers if paper.place] == [1, 2, 3]


@WAYS
def test_the_page_that_is_asked_for_is_read_alone(through: Callable[..., Document]) -> None:
    papers = [invoice(FIRST), invoice(SECOND, total="9.00", day="29"), invoice(THIRD)]
    document = through(papers, PageWindow(first=1, most=1))

    assert (values(document)["invoice_number"], values(document)["total_with_tax"]) == (SECOND, "9.00")
    assert not several(document)


@WAYS
def test_a_list_of_goods_stays_with_its_invoice(through: Callable[..., Document]) -> None:
    document = through([invoice(FIRST), goods(FIRST)])

    assert values(document)["invoice_number"] == FIRST
    assert values(document)["drawer"] == "赵小样"
    assert not several(document)


@WAYS
def test_a_list_of_goods_belongs_to_the_invoice_before_it_or_of_its_number(through: Callable[..., Document]) -> None:
    document = through([invoice(FIRST), invoice(SECOND, "收款人：李小样"), goods(FIRST), ["第 2 页，共 2 页"]])

    assert (values(document)["drawer"], values(document).get("payee")) == ("赵小样", None)
    assert several(document) == [(0, 2, 3), (1,)]
    assert (values(document.others[0]).get("drawer"), values(document.others[0])["payee"]) == (None, "李小样")


@WAYS
def test_pages_that_repeat_the_head_of_one_invoice_are_one(through: Callable[..., Document]) -> None:
    document = through([invoice(FIRST, total=""), invoice(FIRST, "开票人：赵小样")])

    assert (values(document)["total_with_tax"], values(document)["drawer"]) == ("106.00", "赵小样")
    assert not several(document)


@WAYS
def test_an_invoice_whose_number_is_lost_gives_its_total_to_no_other(through: Callable[..., Document]) -> None:
    document = through([invoice("", day="27"), invoice(SECOND, "开票人：赵小样", total="9.00", day="29")])

    assert values(document).get("invoice_number") is None
    assert values(document)["total_with_tax"] == "106.00"
    assert several(document) == [(0,), (1,)]


@pytest.mark.parametrize("engine", [WidthEngine, Prompted])
def test_a_cover_is_no_paper_and_what_stands_on_it_is_of_none(engine: Callable[..., WidthEngine]) -> None:
    through = _seen(engine, scanned, None)
    document = through([["报销单", "收款人：张三"], invoice(FIRST), invoice(SECOND, total="9.00")])

    assert (values(document)["invoice_number"], values(document).get("payee")) == (FIRST, None)
    assert several(document) == [(1,), (2,)]
    assert "张三" in document.left_over
    alone = through([["报销单", "收款人：张三"], invoice(FIRST)])
    assert values(alone)["invoice_number"] == FIRST
    assert not several(alone)


@pytest.mark.parametrize("engine", [WidthEngine, Prompted])
def test_papers_of_other_kinds_are_kept_apart_too(engine: Callable[..., WidthEngine]) -> None:
    taxi = ["北京市出租汽车专用发票", "车号：京B12345", "里程：3.2", "发票代码：111001881002", "发票号码：12345678"]
    document = _seen(engine, scanned, None)([taxi, invoice(FIRST), invoice(SECOND)])

    assert (document.prompt, values(document)["invoice_number"]) == ("taxi", "12345678")
    assert [paper.prompt for paper in document.papers] == ["taxi", "invoice", "invoice"]
    assert [values(paper)["invoice_number"] for paper in document.papers] == ["12345678", FIRST, SECOND]
    assert [values(paper).get("total_with_tax") for paper in document.papers] == [None, "106.00", "106.00"]
    contract = ["采购合同", "合同编号：QH-1", "甲方：青禾样例科技有限公司", "乙方：云州示例有限公司", "本合同违约金"]
    document = _seen(engine, scanned, None)(
        [contract, ["本合同开具发票号码、开票日期、价税合计、校验码无误"], ["签订日期：2024年5月1日"]]
    )
    assert (document.prompt, values(document)["signed"]) == ("contract", "2024-05-01")
    assert not several(document)


def coded(width: int, number: str) -> Image.Image:
    body = f"01,32,,{number},106.00,20240528,,"
    drawn = io.BytesIO()
    segno.make(f"{body}{qr_checksum(body.encode()):04X}", micro=False).save(drawn, kind="png", scale=4)
    paper = page(width, 600)
    paper.paste(Image.open(drawn).convert("RGB"), (40, 60))
    return paper


@pytest.mark.parametrize("engine", [WidthEngine, Prompted])
@pytest.mark.parametrize("named", [None, INVOICE])
def test_codes_alone_tell_papers_apart_and_each_has_its_own(
    engine: Callable[..., WidthEngine], named: Prompt | None
) -> None:
    says = {700: ["开票日期：2024年05月28日", "价税合计（小写）：¥106.00"], 710: ["开票人：赵小样"]}
    document = read(scanned(coded(700, FIRST), coded(710, SECOND)), engine(says=says), prompt=named)
    found = {one.key: one for one in document.fields if one.value}

    assert (found["invoice_number"].value, found["invoice_number"].source) == (FIRST, Source.QR)
    assert "drawer" not in found
    assert not [doubt for doubt in document.doubts if "二维码" in doubt]
    (other,) = document.others
    assert (values(other)["invoice_number"], values(other)["drawer"]) == (SECOND, "赵小样")


ID_FRONT = [
    "居民身份证",
    "姓名：王小样",
    "性别：女",
    "民族：汉",
    "住址：云州市青禾路1号",
    "公民身份号码：11010519491231002X",
]
ID_OTHER = [
    "居民身份证",
    "姓名：李小例",
    "性别：男",
    "民族：汉",
    "住址：云州市示例路2号",
    "公民身份号码：110101199003078515",
]
ID_BACK = ["中华人民共和国居民身份证", "签发机关：云州市公安局", "有效期限：2015.01.01-2035.01.01"]


@pytest.mark.parametrize("engine", [WidthEngine, Prompted])
@pytest.mark.parametrize("named", [None, PROMPTS.named("id_card")])
def test_the_sides_of_a_card_are_one_and_two_peoples_cards_are_not(
    engine: Callable[..., WidthEngine], named: Prompt | None
) -> None:
    through = _seen(engine, scanned, named)
    one = through([ID_FRONT, ID_BACK])
    two = through([ID_FRONT[:4], ID_OTHER, ID_BACK])

    assert (values(one)["name"], values(one)["authority"][:4]) == ("王小样", "云州市公")
    assert not several(one)
    assert (values(two)["name"], values(two).get("number"), values(two).get("authority")) == ("王小样", None, None)
    assert several(two) == [(0,), (1, 2)]
    assert (values(two.others[0])["name"], values(two.others[0])["number"]) == ("李小例", "110101199003078515")


@pytest.mark.parametrize("engine", [WidthEngine, Prompted])
def test_a_contract_of_two_pages_is_one_document(engine: Callable[..., WidthEngine]) -> None:
    first = [
        "采购合同", "合同编号：QH-2025-0318", "甲方：青禾样例科技有限公司", "乙方：云州示例有限公司",
        "合同金额：¥10000.00", "本合同违约金如下",
    ]  # fmt: skip
    second = [
        "合同金额：¥3000.00", "本合同争议解决", "甲方：青禾样例科技有限公司", "乙方：云州示例有限公司",
        "签订日期：2025年3月18日",
    ]  # fmt: skip
    document = _seen(engine, scanned, None)([first, second])

    assert document.prompt == "contract"
    assert not several(document)


def test_pages_with_text_and_scanned_ones_are_told_apart_likewise() -> None:
    scan = scanned(coded(600, SECOND))
    written = [(30, 40 + 30 * row, text) for row, text in enumerate(invoice(FIRST, total=""))]
    with PdfDocument(pdf(written)) as whole, PdfDocument(scan) as more:
        whole.import_pages(more)
        data = io.BytesIO()
        whole.save(data)
    document = read(data.getvalue(), WidthEngine(says={600: invoice(SECOND, "开票人：赵小样")}))

    assert (values(document)["invoice_number"], values(document).get("drawer")) == (FIRST, None)
    assert "total_with_tax" not in values(document)
    assert {one.source for one in document.fields if one.value} == {Source.EMBEDDED}
    assert [values(paper).get("drawer") for paper in document.others] == ["赵小样"]


def test_a_page_without_a_word_has_the_fields_of_its_kind_and_no_values() -> None:
    document = read(scanned(page(600), page(601)), WidthEngine(says={600: [], 601: []}), prompt=INVOICE)

    assert INVOICE is not None
    assert [one.key for one in document.fields] == [spec.key for spec in INVOICE.fields]
    assert not values(document)
    assert not several(document)
