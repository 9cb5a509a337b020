"""The shapes of what people say, each with its examples, and what the bot answers to them."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.grammar import SHAPES, Act, Shape
from bot.domain.asking.phrases import Phrase, phrase_in
from bot.domain.asking.words.phrase_words import WORDS

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
EXAMPLES = [(shape, example) for shape in SHAPES for example in shape.examples]


@pytest.mark.parametrize(("shape", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_has_its_shape(shape: Shape, example: str) -> None:
    phrase = phrase_in(example, PROMPTS)
    assert phrase is not None
    assert phrase.act is shape.act
    assert not shape.fields or phrase.fields == shape.fields


def test_every_class_of_words_is_used_and_every_act_has_a_shape() -> None:
    tokens = {token.rstrip("?*") for shape in SHAPES for token in shape.tokens.split()}
    assert tokens - {
        "FIELDS",
        "FIELD",
        "VALUE",
        "NUMBER",
        "NOT",
        "NAME",
        "LANGUAGE",
        "REST",
        "QUESTION",
    } == {*WORDS} - {"language"}
    assert {shape.act for shape in SHAPES} == {*Act}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("合计是多少？", ("合计",)),
        ("税号是多少", ("税号",)),
        ("刚才那张的税号", ("税号",)),
        ("这张发票的金额和开票日期分别是多少", ("金额", "开票日期")),
        ("发票号码是多少", ("发票号码",)),
        ("＠小白 开票日期是哪天？", ("开票日期",)),
    ],
)
def test_a_question_names_its_fields(said: str, fields: tuple[str, ...]) -> None:
    assert phrase_in(said, PROMPTS, ["小白"]) == Phrase(act=Act.ASK, fields=fields)


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("不对，金额应该是 52.7", "金额", "52.7"),
        ("开票日期改成2019年5月8日", "开票日期", "2019年5月8日"),
        ("金额错了，应该是52.70", "金额", "52.70"),
    ],
)
def test_a_correction_names_the_field_and_its_value(said: str, field: str, value: str) -> None:
    assert phrase_in(said, PROMPTS) == Phrase(act=Act.CORRECT, fields=(field,), value=value)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "发票",
        "这是什么",
        "今天天气怎么样",
        "我们公司怎么样",
        "金额应该是多少",
        "开会了",
        "把发票发给张三",
    ],
)
def test_other_words_have_no_shape(said: str) -> None:
    assert phrase_in(said, PROMPTS) is None


@pytest.mark.parametrize("said", ["的" * 60, "刚才" * 30, "金额和" * 20, "谢" * 60, "看看" * 2000])
def test_what_nobody_says_is_no_phrase(said: str) -> None:
    assert phrase_in(said, PROMPTS) is None
