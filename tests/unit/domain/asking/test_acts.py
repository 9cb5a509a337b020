"""Acts that are said with polite and pointing words around them."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.acts import act_said
from bot.domain.asking.grammar import Act
from bot.domain.asking.words.typos import without_typos

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("谢谢老师", Act.THANK),
        ("行,就这样吧", Act.AGREE),
        ("你看错了重新看", Act.REREAD),
        ("刚才那个结果再给我发一次", Act.REPEAT),
        ("有人交过这张了吗", Act.DUPLICATE),
        ("不小心发错了,能撤回吗", Act.WITHDRAW),
        ("能不能帮我转个人工", Act.HUMAN),
        ("你到底是个啥", Act.WHO),
    ],
)
def test_an_act_is_known_whatever_is_said_politely_around_it(said: str, act: Act) -> None:
    assert act_said(said, PROMPTS.kind_words) is act


@pytest.mark.parametrize(
    "said", ["是这张", "重新发货", "谢谢王总昨天的招待", "金额再发一遍", "谢" * 60, "我的身份证找不到了"]
)
def test_an_act_with_other_words_is_none(said: str) -> None:
    assert act_said(said, PROMPTS.kind_words) is None


@pytest.mark.parametrize(("written", "meant"), [("睡号多少", "税号多少"), ("這張發票", "这张发票"), ("金额", "金额")])
def test_words_that_sound_alike_are_mended(written: str, meant: str) -> None:
    assert without_typos(written) == meant
