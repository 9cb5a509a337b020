"""Which fields are asked for by the clauses of a message, and which talk around them is left out."""

from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.asking.clauses import clauses_of, fields_in_clauses
from bot.domain.asking.lexicon import lexicon

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
WORDS = lexicon(PROMPTS.kind_words, PROMPTS.field_words)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("税号多少,差一位都不行", ("税号",)),
        ("发票号码是哪个,我登记台账", ("发票号码",)),
        ("老花眼看不清,出厂编号多少", ("出厂编号",)),
        ("设备名称,型号,建台账", ("设备名称", "型号")),
        ("耗材的规格是哪些,物价科要", ("规格",)),
        ("单价乘数量对得上吗,分别是几", ("单价", "数量")),
        ("号码,日期,总额,三样", ("号码", "日期", "总额")),
    ],
)
def test_reasons_and_talk_are_left_out(said: str, fields: tuple[str, ...]) -> None:
    assert fields_in_clauses(said, WORDS) == fields


@pytest.mark.parametrize(
    "said",
    [
        "税率调整的文件谁有",
        "乙方老板上次喝多了",
        "客户的税号发我",
        "税务局电话多少",
        "法人变更要准备哪些材料",
        "如果金额不对,抬头怎么改",
        "这个需求什么时候上线",
    ],
)
def test_what_is_about_something_else_asks_for_nothing(said: str) -> None:
    assert fields_in_clauses(said, WORDS) == ()


def test_a_reason_without_a_stop_is_a_clause_too() -> None:
    assert clauses_of("多少钱来着我要填报销单") == ["多少钱来着", "我要填报销单"]
