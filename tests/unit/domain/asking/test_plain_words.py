"""Messages in plain words: without dialect and without characters that only sound right."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.lexicon import lexicon
from bot.domain.asking.plain_words import in_plain_words, with_names_meant, with_plain_ending

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
WORDS = lexicon(PROMPTS.kind_words, PROMPTS.field_words)


@pytest.mark.parametrize(
    ("said", "plain"), [("边间公司开嘅", "哪家公司开的"), ("好多钱", "多少钱"), ("啥子时候签的", "什么时候签的")]
)
def test_dialect_is_said_in_plain_words(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "meant"), [("但号多少", "单号多少"), ("地止错了", "地址错了"), ("电活是啥", "电话是啥")]
)
def test_a_wrong_character_of_the_same_sound_or_shape_is_mended(said: str, meant: str) -> None:
    assert with_names_meant(said, WORDS) == meant


@pytest.mark.parametrize("said", ["税号多少", "今天天气怎么样", "", "单位食堂"])
def test_what_is_spelled_right_or_means_no_field_stays(said: str) -> None:
    assert with_names_meant(said, WORDS) == said


def test_another_word_at_the_end_that_asks_is_ma() -> None:
    assert with_plain_ending("是专票不") == "是专票吗"
    assert with_plain_ending("有没有") == "有没有"
