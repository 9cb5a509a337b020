"""Pages of which a model gives text alone: papers that lie together show, and what is asked by name is looked for."""

import io
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.config.prompt_files import load
from bot.domain.asking.request import understand
from bot.domain.document import Document, Field, Reading, Status
from bot.domain.prompt import Prompt
from tests.fakes.invoice_forms import all_forms
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.layout.reading_order import text_of
from workers.reading.ask_model import PLAIN
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")

INVOICE = """\
电子发票（普通发票）
发票号码：24312000000098765432
开票日期：2024年03月15日
购买方信息
名称：北京青禾科技有限公司
统一社会信用代码/纳税人识别号：91110108MA01C8J45N
销售方信息
名称：上海云帆设备制造有限公司
统一社会信用代码/纳税人识别号：91310115MA1K4A2B3R
| 项目名称 | 规格型号 | 单位 | 数量 | 单价 | 金额 | 税率/征收率 | 税额 |
|---|---|---|---|---|---|---|---|
| *机电设备*水泵 | QB60 | 台 | 2 | 500.00 | 1000.00 | 13% | 130.00 |
合计 ¥1000.00 ¥130.00
价税合计（大写） 壹仟壹佰叁拾圆整 （小写） ¥1130.00
备注
销方开户银行：建设银行上海张江支行；银行账号：4367421217000001
开票人：孙晓河"""
OTHER_INVOICE = (
    INVOICE.replace("24312000000098765432", "24312000000011112222")
    .replace("03月15日", "04月02日")
    .replace("1130.00", "2260.00")
    .replace("壹仟壹佰叁拾", "贰仟贰佰陆拾")
    .replace("上海云帆设备制造有限公司", "苏州远山机电有限公司")
)
TAXI = """\
陕西省西安市出租汽车专用发票
发票联
发票代码：161002018100
发票号码：42609332
车号：陕A5711
日期：2020-06-18
上车：09:01
下车：09:51
单价：3.00
里程：26.1km
金额：77.10元"""
OTHER_TAXI = (
    TAXI.replace("42609332", "42700018").replace("09:01", "18:20").replace("09:51", "18:44").replace("77.10", "31.00")
)
TRAIN = """\
电子发票（铁路电子客票）
发票号码：25319166812000012345
开票日期：2025年03月20日
上海虹桥站 G7012 南京南站
2025年03月18日 08:00开 05车12F号 二等座
票价：￥139.50
3101011990****1234 王小样
电子客票号：1931234567032012345672025
购买方名称：北京青禾科技有限公司 统一社会信用代码：91110108MA01C8J45N"""
CARD = """\
姓名 王小样
性别 男 民族 汉
出生 1990年3月7日
住址 上海市浦东新区张江路88号
公民身份号码 310101199003070012"""
OTHER_CARD = """\
姓名 李大海
性别 女 民族 汉
出生 1985年11月23日
住址 江苏省苏州市工业园区星湖街3号
公民身份号码 320508198511230025"""


@dataclass
class Model:
    """Gives one text for the page, and of what is asked as JSON what it `knows`."""

    text: str
    knows: dict[str, str] = field(default_factory=dict)
    name: str = "hunyuan"
    takes_prompts: bool = True

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        if prompt == PLAIN:
            return Reading(text=self.text)
        return Reading(text="" if "表格" in prompt else json.dumps(self.knows, ensure_ascii=False))


def read(text: str, prompt: Prompt = PROMPTS.default, **knows: str) -> Document:
    body = io.BytesIO()
    Image.new("RGB", (900, 1200), "white").save(body, "PNG")
    kinds = PROMPTS.candidates if prompt is PROMPTS.default else ()  # no kind has what is asked for by name
    request = ReadRequest(file=identify(body.getvalue()), prompt=prompt, candidates=kinds, today=date(2026, 1, 1))
    return read_document(request, Model(text, knows))


def asked(name: str, text: str, **knows: str) -> Field:
    prompt = understand(f"只要{name}", PROMPTS).prompt
    assert prompt is not None
    return next(one for one in read(text, prompt, **knows).fields if one.name == name)


@pytest.mark.parametrize(
    "papers",
    [
        (INVOICE, OTHER_INVOICE),
        (INVOICE, TAXI),
        (TAXI, OTHER_TAXI),
        (TAXI, INVOICE),
        (INVOICE, TRAIN),
        (CARD, OTHER_CARD),
        (INVOICE, CARD),
    ],
    ids=["two invoices", "invoice, taxi", "two taxis", "taxi, invoice", "invoice, train", "two cards", "invoice, card"],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["no gap", "a gap"])
def test_of_two_papers_in_one_text_nothing_is_checked_and_a_line_says_so(papers: tuple[str, str], between: str) -> None:
    document = read(between.join(papers), 发票号码="24312000000098765432", 价税合计="1130.00")

    assert document.mixed
    assert [doubt for doubt in document.doubts if "像是有两张" in doubt and "分开拍" in doubt]
    assert Status.CHECKED not in {one.status for one in document.fields}


def test_two_papers_that_are_read_row_by_row_show_too() -> None:
    rows = zip(INVOICE.split("\n"), OTHER_INVOICE.split("\n"), strict=True)

    assert read("\n".join(f"{one} {other}" if "|" not in one else one for one, other in rows)).mixed


@pytest.mark.parametrize("paper", [INVOICE, TAXI, TRAIN, CARD], ids=["invoice", "taxi", "train", "card"])
def test_one_paper_is_one(paper: str) -> None:
    document = read(paper)

    assert not document.mixed
    assert not [doubt for doubt in document.doubts if "像是有两张" in doubt]


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.name)
def test_no_form_of_an_invoice_is_two(form: object) -> None:
    assert not read(text_of(form.lines)).mixed  # type: ignore[attr-defined]


def test_the_copies_of_one_paper_and_a_number_in_the_remarks_are_no_second_paper() -> None:
    assert not read(f"{INVOICE}\n\n{INVOICE}").mixed
    assert not read(INVOICE.replace("备注\n", "备注\n被红冲蓝字数电票号码：24312000000011112222\n")).mixed


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("监督电话", TAXI + "\n监督电话：029-12345678", "029-12345678"),
        ("桌号", "老街面馆\n桌号：A12\n**合计** 56.00\n谢谢惠顾", "A12"),
        ("交货地点", "| 项目 | 约定 |\n|---|---|\n| 交货地点 | 苏州工业园区 |\n| 质保期 | 24个月 |", "苏州工业园区"),
        ("质保期", "供货说明\n质保期：验收合格后24个月\n其他事项另行约定", "验收合格后24个月"),
    ],
)
def test_a_name_that_no_kind_knows_is_looked_for_in_the_text(name: str, text: str, value: str) -> None:
    found = asked(name, text)

    assert (found.value, found.status, found.box, found.page) == (value, Status.UNCHECKED, None, 0)


def test_what_the_model_answers_counts_before_what_stands_in_the_text() -> None:
    assert asked("桌号", "桌号：A12\n合计 56.00", 桌号="A15").value == "A15"


def test_a_name_within_a_sentence_is_no_label() -> None:
    assert asked("质保期", "本公司对质保期内的产品免费维修。\n联系电话 010-62510001").status is Status.MISSING
