from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checking.amounts_in_words import parse_amount_words
from tests.samples.amount_in_words import amount_in_words

_AMOUNTS = st.integers(-(10**14) + 1, 10**14 - 1).map(lambda cents: Decimal(cents) / 100)


@given(_AMOUNTS)
def test_an_amount_written_in_words_reads_back(amount: Decimal) -> None:
    assert parse_amount_words(amount_in_words(amount)) == amount


@given(st.integers(0, 10**6))
def test_small_amounts_read_back(cents: int) -> None:
    amount = Decimal(cents) / 100

    assert parse_amount_words(amount_in_words(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零圆整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹圆零伍分"),
        ("11000", "壹万壹仟圆整"),
        ("10", "壹拾圆整"),
        ("52.70", "伍拾贰圆柒角整"),
        ("105.05", "壹佰零伍圆零伍分"),
        ("1005.20", "壹仟零伍圆贰角整"),
        ("3712.55", "叁仟柒佰壹拾贰圆伍角伍分"),
        ("10300", "壹万零叁佰圆整"),
        ("105000", "壹拾万伍仟圆整"),
        ("20000500", "贰仟万零伍佰圆整"),
        ("10010000", "壹仟零壹万圆整"),
        ("100001000.01", "壹亿零壹仟圆零壹分"),
        ("1000010001", "壹拾亿零壹万零壹圆整"),
        ("-100", "负壹佰圆整"),
    ],
)
def test_known_amounts(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words
    assert parse_amount_words(words) == Decimal(amount)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("⊗伍拾贰圆柒角", "52.70"),
        ("伍拾贰元柒角正", "52.70"),
        ("五十二元七角", "52.70"),
        ("伍 拾 贰 圆 柒 角 整", "52.70"),
        ("貳萬參仟圓整", "23000"),
        ("拾伍圆整", "15"),
        ("一〇五元", None),
        ("玖仟万圆", "90000000"),
        ("壹亿元整", "100000000"),
        ("（负数）壹佰圆整", "-100"),
        ("零圆伍角", "0.50"),
        ("壹佰圆零角伍分", "100.05"),
    ],
)
def test_amounts_as_they_are_met(words: str, amount: str | None) -> None:
    assert parse_amount_words(words) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "words", ["", "圆", "整", "伍贰圆", "伍拾", "伍圆贰", "伍佰仟圆", "伍拾佰圆", "十", "abc", "伍角伍圆"]
)
def test_what_is_no_amount_is_none(words: str) -> None:
    assert parse_amount_words(words) is None


@pytest.mark.parametrize("amount", ["1000000000000", "0.001"])
def test_amounts_nobody_writes_are_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=amount):
        amount_in_words(Decimal(amount))
