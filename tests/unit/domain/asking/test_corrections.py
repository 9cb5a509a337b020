"""Which field a correction names in whatever words, and which value it says is right."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.corrections import correction_in
from bot.domain.asking.lexicon import lexicon

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
WORDS = lexicon(PROMPTS.kind_words, PROMPTS.field_words)


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("不对不对,金额是52.7才对", "金额", "52.7"),
        ("车次是g7012,你读成g7072了", "车次", "g7012"),
        ("乙方全称有误,正确的是上海恒岳信息技术有限公司", "乙方全称", "上海恒岳信息技术有限公司"),
        ("税率是9%,你写成6%了", "税率", "9%"),
        ("金额50,000.00,不是5,000.00啊差十倍", "金额", "50,000.00"),
        ("开票人叫李雯,不是李文", "开票人", "李雯"),
        ("实际付的是88.5", "金额", "88.5"),
        ("260万,不是200万", "金额", "260万"),
    ],
)
def test_a_correction_gives_a_value(said: str, name: str, value: str) -> None:
    given = correction_in(said, WORDS)
    assert given is not None
    assert (given.name, given.value) == (name, value)


@pytest.mark.parametrize(("said", "name"), [("号码识别少了一位", "号码"), ("是38不是83啦", "")])
def test_a_correction_may_not_say_the_value_or_the_field(said: str, name: str) -> None:
    given = correction_in(said, WORDS)
    assert given is not None
    assert (given.name, given.value) == (name, "")


@pytest.mark.parametrize(
    "said",
    [
        "金额是多少",
        "金额应该是多少",
        "抬头开错了怎么办",
        "抬头对不对",
        "金额是八万六没错吧",
        "抬头改成新公司的了,大家注意",
    ],
)
def test_questions_and_news_are_no_corrections(said: str) -> None:
    assert correction_in(said, WORDS) is None
