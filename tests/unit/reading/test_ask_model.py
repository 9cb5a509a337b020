"""What becomes of a model's answers, good and doubtful, before anybody sees them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import prompt_files
from bot.domain.document import Document, Reading, Source, Status, Stop
from bot.domain.prompt import TABLE_TEXT, Prompt
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.ask_model import PLAIN
from workers.reading.document import ReadRequest, read_document

CONFIG = Path(__file__).resolve().parents[3] / "config" / "prompts"
PROMPTS = prompt_files.load(CONFIG)
INVOICE = next(prompt for prompt in PROMPTS.prompts if prompt.name == "invoice")
PAGE = (400, 600)
VALUES = {
    "发票名称": "天津增值税电子普通发票",
    "发票代码": "012001800311",
    "发票号码": "33207675",
    "开票日期": "2019年05月08日",
    "购买方名称": "个人",
    "销售方纳税人识别号": "91120222079642398Y",
    "合计金额": "¥46.62",
    "合计税额": "¥6.08",
    "价税合计": "52.70",
    "价税合计（大写）": "伍拾贰圆柒角",
}
ANSWER = f"```json\n{json.dumps(VALUES, ensure_ascii=False)}\n```"
PRINTED = "天津增值税电子普通发票\n发票号码:33207675\n开票日期:2019 05 08\n价税合计 ¥52.70\n开票人:京东商城"


@dataclass
class Scripted:
    """Answers by prompt and by whether it is shown the whole page, and keeps what it was asked.

    Asked for the table of an invoice, it has seen none: that question goes beside the others and changes none of them.
    """

    answers: Mapping[tuple[str, bool], Reading | str]
    name: str = "hunyuan"
    takes_prompts: bool = True
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        key = prompt, picture.size == PAGE
        if prompt == TABLE_TEXT:
            return Reading(text="")
        self.asked.append(key)
        answer = self.answers[key]
        return answer if isinstance(answer, Reading) else Reading(text=answer)


def read(answers: Mapping[tuple[str, bool], Reading | str], prompt: Prompt | None = None) -> tuple[Document, Scripted]:
    data = BytesIO()
    Image.new("RGB", PAGE, "white").save(data, "PNG")
    engine = Scripted(answers)
    candidates = () if prompt else PROMPTS.candidates
    document = read_document(
        ReadRequest(
            file=identify(data.getvalue()),
            prompt=prompt or PROMPTS.default,
            candidates=candidates,
            today=date(2026, 1, 1),
            request_id="t",
        ),
        engine,
    )
    return document, engine


def test_a_page_that_is_recognised_is_asked_for_its_fields_too() -> None:
    document, engine = read({(PLAIN, True): PRINTED, (INVOICE.text, True): ANSWER})
    assert engine.asked == [(PLAIN, True), (INVOICE.text, True)]
    assert (document.prompt, document.engine, document.text, document.doubts) == ("invoice", "hunyuan", PRINTED, ())
    found = {one.name: one for one in document.fields if one.value}
    assert {name: one.value for name, one in found.items()} == VALUES | {
        "开票日期": "2019-05-08", "合计金额": "46.62", "合计税额": "6.08",
    }  # fmt: skip
    assert {one.source for one in found.values()} == {Source.MODEL}
    assert found["价税合计"].status is found["销售方纳税人识别号"].status is Status.CHECKED
    assert found["发票号码"].status is Status.UNCHECKED


def test_a_page_of_nothing_known_comes_back_as_its_text() -> None:
    document, engine = read({(PLAIN, True): "鱿鱼游戏"})
    assert (document.prompt, document.text, document.fields, document.doubts) == ("text", "鱿鱼游戏", (), ())
    assert engine.asked == [(PLAIN, True)]


def test_a_named_kind_is_asked_for_at_once() -> None:
    document, engine = read({(INVOICE.text, True): ANSWER}, INVOICE)
    assert engine.asked == [(INVOICE.text, True)]
    assert document.prompt == "invoice"


@pytest.mark.parametrize(
    "bad",
    [
        "这张图片展示了一张发票，上面印着金额。",
        Reading(text="甲方：某公司\n" * 400, stop=Stop.REPETITION),
        Reading(text="甲方：某公司，乙方", stop=Stop.LENGTH),
        Reading(text="甲方：某公司，乙方", stop=Stop.TIME),
        "图片中没有文字。",
    ],
)
def test_a_doubtful_text_is_read_again_in_halves(bad: Reading | str) -> None:
    document, engine = read({(PLAIN, True): bad, (PLAIN, False): "一半"})
    assert engine.asked == [(PLAIN, True), (PLAIN, False), (PLAIN, False)]
    assert "一半" in document.text
    assert document.doubts == ()


def test_a_text_that_stays_doubtful_says_so() -> None:
    summary = "这张图片展示了一张发票，上面印着金额。"
    document, _ = read({(PLAIN, True): summary, (PLAIN, False): summary})
    assert document.doubts


def test_an_empty_page_is_no_fault() -> None:
    document, _ = read({(PLAIN, True): "图片中没有文字。", (PLAIN, False): "<dir>0</dir>"})
    assert (document.text, document.doubts) == ("", ())


def test_another_prompt_falls_back_on_the_plain_one() -> None:
    formula = Prompt(name="formula", title="公式", text="识别图片中的公式，用 LaTeX 格式表示。")
    document, engine = read(
        {(formula.text, True): Reading(text="x" * 3000, stop=Stop.LENGTH), (PLAIN, True): "a+b"}, formula
    )
    assert engine.asked == [(formula.text, True), (PLAIN, True)]
    assert document.text == "a+b"


def test_fields_that_cannot_be_made_out_are_asked_for_in_halves() -> None:
    upper = json.dumps({"发票号码": "33207675", "价税合计": "52.70"}, ensure_ascii=False)
    document, engine = read({(INVOICE.text, True): "对不起，我不能。", (INVOICE.text, False): upper}, INVOICE)
    found = {one.name: one for one in document.fields}
    assert len(engine.asked) == 3
    assert found["发票号码"].value == "33207675"
    assert found["发票号码"].status is Status.DOUBTFUL
    assert found["开票日期"].status is Status.MISSING
    assert document.doubts


def test_an_answer_that_was_cut_keeps_what_was_whole() -> None:
    cut = Reading(text='{"发票代码": "012001800311", "发票号码": "332076', stop=Stop.LENGTH)
    document, _ = read({(INVOICE.text, True): cut, (INVOICE.text, False): "{}"}, INVOICE)
    found = {one.name: one for one in document.fields}
    assert found["发票代码"].value == "012001800311"
    assert found["发票号码"].status in {Status.MISSING, Status.DOUBTFUL}
    assert document.doubts


def test_answers_that_differ_are_shown_and_not_decided() -> None:
    first = Reading(text='{"发票号码": "33207675", "价税合计": "52.70"', stop=Stop.LENGTH)
    other = '{"发票号码": "33207676"}'
    document, _ = read({(INVOICE.text, True): first, (INVOICE.text, False): other}, INVOICE)
    number = next(one for one in document.fields if one.name == "发票号码")
    assert (number.value, number.status) == ("33207675", Status.DOUBTFUL)
    assert any("33207676" in doubt for doubt in number.doubts)


def test_a_value_of_another_kind_is_shown_as_it_was_read_and_doubted() -> None:
    answer = json.dumps({"开票日期": "见附件", "发票号码": "33207675"}, ensure_ascii=False)
    document, _ = read({(INVOICE.text, True): answer}, INVOICE)
    day = next(one for one in document.fields if one.name == "开票日期")
    assert (day.value, day.status) == ("见附件", Status.DOUBTFUL)


@pytest.mark.parametrize("prompt", [None, INVOICE])
def test_a_page_on_its_side_is_read_again_upright(prompt: Prompt | None) -> None:
    with Image.open(CONFIG.parent / "samples" / "digital_invoice.png") as opened:
        page = opened.convert("RGB").rotate(90, expand=True)
    data = BytesIO()
    page.save(data, "PNG")

    class ReadsUprightOnly(Scripted):
        def ask(self, picture: EncodedPicture, prompt: str, **_: Any) -> Reading:
            if prompt != TABLE_TEXT:
                self.asked.append((prompt, picture.size == page.size))
            if picture.size[0] < picture.size[1]:
                return Reading(text="图片中没有文字。")
            return Reading(text=ANSWER if "JSON" in prompt else "会议纪要")

    engine = ReadsUprightOnly({})
    document = read_document(
        ReadRequest(file=identify(data.getvalue()), prompt=prompt or PROMPTS.default, today=date(2026, 1, 1)), engine
    )
    asked = prompt.text if prompt else PLAIN
    assert engine.asked == [(asked, True), (asked, False)]
    assert not any("重读后仍有疑问" in doubt for doubt in document.doubts)
    if prompt:
        assert next(one for one in document.fields if one.key == "invoice_number").value
    else:
        assert document.text == "会议纪要"


def test_what_a_model_says_of_an_empty_box_is_no_value_if_it_is_a_label() -> None:
    said = {"发票号码": "33207675", "购买方名称": "纳税人识别号", "开票人": "复核"}

    document, _ = read({(INVOICE.text, True): json.dumps(said, ensure_ascii=False)}, INVOICE)

    assert {field.name: field.value for field in document.fields if field.value} == {"发票号码": "33207675"}
