"""A page read with a model that has its own words: what it is asked, and whose output is said to be there."""

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
from bot.domain.document import Credit, Document, Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import Refused
from bot.domain.prompt import TABLE_TEXT, Prompt
from tests.fakes.engine_profiles import GLM_OCR, V1_5
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.ask_model import PLAIN
from workers.reading.document import ReadRequest, read_document

PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
PRINTED = "天津增值税电子普通发票\n发票号码:33207675\n开票日期:2019 05 08\n价税合计 ¥52.70\n开票人:京东商城"
TEXT, TABLE = "Text Recognition:", "Table Recognition:"


def named(name: str) -> Prompt:
    return next(prompt for prompt in PROMPTS.prompts if prompt.name == name)


@dataclass
class ModelWithProfile:
    described: Profile
    answers: Mapping[str, str]
    name: str = "glm_ocr"
    takes_prompts: bool = True
    asked: list[str] = field(default_factory=list)

    def profile(self) -> Profile:
        return self.described

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: Any) -> Reading:
        assert picture.data
        self.asked.append(prompt)
        return Reading(text=next((text for key, text in self.answers.items() if prompt.startswith(key)), ""))


def read(engine: ModelWithProfile, prompt: Prompt | None = None) -> Document:
    data = BytesIO()
    Image.new("RGB", (400, 600), "white").save(data, "PNG")
    request = ReadRequest(
        file=identify(data.getvalue()),
        prompt=prompt or PROMPTS.default,
        candidates=() if prompt else PROMPTS.candidates,
        today=date(2026, 1, 1),
    )
    return read_document(request, engine)


def test_a_recognised_invoice_is_asked_for_in_the_models_own_words() -> None:
    values = json.dumps({"发票号码": "33207675", "价税合计": "52.70"}, ensure_ascii=False)
    fields = "请按下列JSON格式输出图中信息:"
    head, line = ("项目名称", "数量", "单价", "金额", "税率", "税额"), ("*纸*A4", "1", "46.62", "46.62", "13%", "6.06")
    goods = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (head, line))
    goods = f'<table border="1">{goods}</table>'
    engine = ModelWithProfile(GLM_OCR, {TEXT: PRINTED, fields: f"```json\n{values}\n```<|user|>", TABLE: goods})
    document = read(engine)
    assert document.prompt == "invoice"
    assert {one.name: one.value for one in document.fields if one.value} == {
        "发票号码": "33207675",
        "价税合计": "52.70",
    }
    assert engine.asked[0] == TEXT
    (question,) = [asked for asked in engine.asked if asked.startswith(fields)]
    assert json.loads(question.removeprefix(fields)) == {spec.name: "" for spec in named("invoice").fields}
    assert TABLE in engine.asked
    assert document.rows


def test_the_same_is_not_asked_twice_in_other_words() -> None:
    engine = ModelWithProfile(GLM_OCR, {})
    read(engine, named("text"))
    assert {*engine.asked} == {TEXT}
    assert len(engine.asked) == 3  # the page, then its halves


@pytest.mark.parametrize(("name", "asked"), [("formula", "Formula Recognition:"), ("table", TABLE), ("markdown", TEXT)])
def test_each_task_has_its_words(name: str, asked: str) -> None:
    engine = ModelWithProfile(GLM_OCR, {asked: "$$x$$"})
    read(engine, named(name))
    assert engine.asked == [asked]


def test_what_the_model_cannot_do_is_said() -> None:
    with pytest.raises(Refused, match="needs_other_model"):
        read(ModelWithProfile(GLM_OCR, {}), named("translate_en"))


def test_whose_output_it_is_stands_in_the_document() -> None:
    assert read(ModelWithProfile(GLM_OCR, {TEXT: "你好"}), named("text")).credit == Credit(model="GLM-OCR")
    credit = read(ModelWithProfile(V1_5, {PLAIN: "你好"}), named("text")).credit
    assert credit is not None
    assert (credit.model, credit.notice) == ("HunyuanOCR", "机器识别，非腾讯提供或认可")
    assert "不得用于训练" in credit.terms


def test_hunyuanocr_is_asked_as_prompt_files_are_written() -> None:
    engine = ModelWithProfile(V1_5, {PLAIN: PRINTED, named("invoice").text: '{"发票号码": "33207675"}'})
    read(engine)
    assert {PLAIN, named("invoice").text, TABLE_TEXT} >= {*engine.asked}
