"""Which fields a question is about, and which sentences are no questions about a paper."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.lexicon import lexicon
from bot.domain.asking.questions import fields_asked, is_about_paper
from bot.domain.asking.words.question_words import PartOfSpeech

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
WORDS = lexicon(PROMPTS.kind_words, PROMPTS.field_words)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("税率多少来着", ("税率",)),
        ("帮忙看下抬头和金额对不对", ("抬头", "金额")),
        ("多少钱什么时候开的谁开的", ("金额", "日期", "销售方")),
        ("谁签的", ("甲方", "乙方")),
        ("这是给谁开的", ("抬头",)),
        ("是我们公司的吗", ("抬头",)),
        ("抬头开的是谁", ("抬头",)),
        ("税率是不是6%", ("税率",)),
        ("是100块吗", ("金额",)),
        ("收件人和电话", ("收件人", "收件人电话")),
        ("收件人的电话和地址", ("收件人的电话", "收件人地址")),
        ("寄件人是谁,电话多少", ("寄件人", "寄件人电话")),
        ("不含税的金额", ("不含税金额",)),
        ("合同到什么时候结束", ("到期日期",)),
        ("这顿饭抬头写的哪家", ("抬头",)),
    ],
)
def test_a_question_is_about_the_fields_that_it_names_or_implies(said: str, fields: tuple[str, ...]) -> None:
    assert fields_asked(said, WORDS) == fields


@pytest.mark.parametrize(
    "said",
    [
        "金额",
        "这票那个金额核过了吗",
    ],
)
def test_a_few_words_that_say_nothing_of_what_is_asked_do_no_harm(said: str) -> None:
    assert fields_asked(said, WORDS) == ("金额",)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "金额52.7",
        "差旅标准是多少",
        "前台电话多少",
        "抬头什么意思",
        "发票抬头怎么改",
        "这个项目谁负责",
        "报销什么时候到账",
        "我们公司",
        "火车票多少钱一张",
        "把金额发给王总",
        "快递到哪里了",
    ],
)
def test_what_may_be_about_something_else_asks_for_nothing(said: str) -> None:
    assert fields_asked(said, WORDS) == ()


def test_every_verb_is_asked_about_with_a_word_of_its_own() -> None:
    assert fields_asked("哪天签的", WORDS) == ("签订日期",)
    assert fields_asked("多少签的", WORDS) == ("金额",)
    assert fields_asked("几点签的", WORDS) == ()


@pytest.mark.parametrize("said", ["按合同识别", "这是发票不是合同", "", "把图里的文字打出来"])
def test_a_sentence_may_say_nothing_but_which_paper_is_read_and_how(said: str) -> None:
    assert is_about_paper(said, WORDS)


@pytest.mark.parametrize("said", ["客户说下周签合同", "报销什么时候到账", "帮我写个合同"])
def test_a_sentence_that_says_more_is_about_something_else(said: str) -> None:
    assert not is_about_paper(said, WORDS)


def test_a_message_is_taken_apart_into_as_few_words_as_can_be() -> None:
    tokens = WORDS.tokens_of("发票号码多少")
    assert [(token.word, token.part) for token in tokens] == [
        ("发票号码", PartOfSpeech.FIELD),
        ("多少", PartOfSpeech.MUCH),
    ]
    assert [token.part for token in WORDS.tokens_of("凸")] == [PartOfSpeech.UNKNOWN]
