"""What is read, and how, for each kind of question: with an engine that follows prompts and with one that does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.config.prompt_files import load
from bot.domain.asking.request import fill, understand
from bot.domain.document import Box, Document, Line, Reading
from bot.domain.errors import Refused
from bot.domain.prompt import Prompt
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.ask_model import PLAIN
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
PAGE = (400, 600)
TAXI = "出租车发票\n车号 A1\n里程 3km\n等候 0\n金额 ￥20.00\n发票号码 123"


@dataclass
class Model:
    """Follows prompts, as told."""

    answers: Mapping[str, str]
    name: str = "hunyuan"
    takes_prompts: bool = True
    asked: list[str] = field(default_factory=list)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.asked.append(prompt)
        return Reading(text=self.answers.get(prompt, "")) if picture.size == PAGE else Reading(text="")


@dataclass
class Lines:
    """Gives lines, whatever it is asked."""

    text: str
    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        lines = tuple(
            Line(text=text, box=Box(left=10, top=40 * row, right=10 + 20 * len(text), bottom=40 * row + 20))
            for row, text in enumerate(self.text.split("\n"))
        )
        return Reading(text=self.text, lines=lines)


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", PAGE, "white").save(data, "PNG")
    return data.getvalue()


def read(prompt: Prompt, engine: Model | Lines, candidates: tuple[Prompt, ...] = ()) -> Document:
    return read_document(
        ReadRequest(file=identify(picture()), prompt=prompt, candidates=candidates, today=date(2026, 1, 1)), engine
    )


def named(name: str) -> Prompt:
    prompt = PROMPTS.named(name)
    assert prompt is not None
    return prompt


@pytest.mark.parametrize("name", ["formula", "translate_en", "translate_zh"])
def test_what_needs_the_model_is_refused_honestly_without_one(name: str) -> None:
    with pytest.raises(Refused) as caught:
        read(named(name), Lines("甲"))
    assert caught.value.reason == "needs_model"
    assert named(name).title in caught.value.text
    assert "GPU" in caught.value.text


@pytest.mark.parametrize("name", ["table", "markdown", "whiteboard", "subtitles"])
def test_what_is_reading_alone_works_without_a_model(name: str) -> None:
    assert read(named(name), Lines("甲 乙")).text == "甲 乙"


def test_a_translation_comes_before_what_it_was_made_from() -> None:
    prompt = named("translate_en")
    document = read(prompt, Model({prompt.text: "图中的文字是:\n你好\n翻译成英文为:\nHello"}))
    assert document.text == "Hello\n\n【原文】\n你好"
    assert document.doubts == ()


def test_a_reading_never_passes_for_a_translation() -> None:
    prompt = named("translate_en")
    document = read(prompt, Model({prompt.text: "你好"}))
    assert document.text == "你好"
    assert any("没有得到译文" in doubt for doubt in document.doubts)


def test_boxes_are_taken_off_the_text() -> None:
    prompt = Prompt(
        name="boxes", title="坐标", text="检测并识别图片中的文字，将文本坐标格式化输出。", output=named("table").output
    )
    boxes = replace(prompt, output=type(prompt.output)("boxes"))
    document = read(boxes, Model({prompt.text: "<ref>亲爱的</ref><quad>(22,160),(888,788)</quad>"}))
    assert document.text == "亲爱的"


def test_a_table_is_read_by_row() -> None:
    prompt = named("table")
    answer = "<table><tr><td>品名</td><td>数量</td></tr><tr><td>纸</td><td>3</td></tr></table>"
    text = read(prompt, Model({prompt.text: answer})).text
    assert [line.split() for line in text.splitlines() if "纸" in line or "品名" in line]
    assert "<" not in text


def test_a_hint_is_overruled_by_what_stands_on_the_page() -> None:
    asked = understand("报销", PROMPTS)
    assert asked.prompt is not None
    taxi = read(asked.prompt, Lines(TAXI), PROMPTS.candidates)
    assert taxi.prompt == "taxi"
    other = read(asked.prompt, Lines("发票号码：12345678"), PROMPTS.candidates)
    assert other.prompt == "invoice"


def test_a_hint_has_the_model_read_the_text_before_the_fields() -> None:
    invoice = named("invoice")
    engine = Model({PLAIN: TAXI, named("taxi").text: '{"总金额": "20.00"}'})
    document = read(invoice, engine, PROMPTS.candidates)
    assert engine.asked[0] == PLAIN
    assert named("taxi").text in engine.asked
    assert (document.prompt, document.text) == ("taxi", TAXI)


def test_some_fields_of_a_page_of_no_known_kind_are_looked_for_by_their_names() -> None:
    asked = understand("只要合计数量", PROMPTS)
    assert asked.prompt is not None
    document = read(asked.prompt, Lines("送货清单\n合计数量：12箱"), PROMPTS.candidates)
    assert (document.prompt, [one.value for one in document.fields]) == ("extract", ["12箱"])


def test_fields_of_any_name_are_asked_of_the_model_and_found_in_lines() -> None:
    free = PROMPTS.extraction
    assert free is not None
    filled = fill(free, ["甲方", "日期"])
    by_model = read(filled, Model({filled.text: '{"甲方": "某公司", "日期": ""}'}))
    assert [one.value for one in by_model.fields] == ["某公司", ""]
    by_lines = read(filled, Lines("甲方：某公司\n日期：3月18日"))
    assert [one.value for one in by_lines.fields] == ["某公司", "3月18日"]


def test_a_required_field_that_is_missing_is_a_doubt_unless_nothing_was_found_at_all() -> None:
    licence = named("licence")
    assert any("统一社会信用代码" in doubt for doubt in read(licence, Lines("名称：某公司")).doubts)
    assert read(licence, Lines("一张白纸")).doubts == ()


def test_a_table_that_the_cpu_engine_reads_as_plain_lines_says_so() -> None:
    table, text = (read(named(name), Lines("品名 数量\n打印纸 12")) for name in ("table", "text"))
    assert [doubt for doubt in table.doubts if "GPU" in doubt and "导出表格" in doubt]
    assert text.doubts == ()


def test_what_nobody_knows_by_name_is_found_in_the_text() -> None:
    asked = understand("提取 验收人 和 送达日期", PROMPTS).prompt
    assert asked is not None
    document = read(asked, Lines("送货单\n订单号：1\n验收人签字：李四"))
    assert [(field.name, field.value) for field in document.fields] == [("验收人", "李四"), ("送达日期", "")]
