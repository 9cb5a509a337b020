"""The checks over a table's lines: what each confirms and refutes, and that no misread digit is ever vouched for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.checking.lines import CheckResult
from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Field, Row, Source, Status
from bot.domain.prompt import CheckSpec

_CENT = Decimal("0.01")
_COLUMNS = ("quantity", "price", "amount", "rate", "tax")
_SUMS = (
    CheckSpec(name="line_sum", keys=("amount", "amounts")),
    CheckSpec(name="line_sum", keys=("tax", "taxes")),
)
_LINES = (
    CheckSpec(name="line_product", keys=("quantity", "price", "amount")),
    CheckSpec(name="line_tax", keys=("amount", "rate", "tax")),
    CheckSpec(name="line_rate", keys=("rate", "day")),
)


def _field(key: str, value: str, status: Status = Status.UNCHECKED) -> Field:
    name = {"amount": "金额", "tax": "税额"}.get(key, key)
    return (
        Field(name=name, key=key, value=value, status=status, source=Source.CPU) if value else Field(name=name, key=key)
    )


def _judge(
    lines: Sequence[Sequence[str]], *checks: CheckSpec, known: Status = Status.UNCHECKED, **totals: str
) -> CheckResult:
    """Judge lines of quantity, price, amount, rate and tax, with totals by their keys."""
    rows = [Row(cells=tuple(map(_field, _COLUMNS, line))) for line in lines]
    fields = [_field(key, value, known) for key, value in totals.items()]
    found = apply_checks(fields, rows, checks, CheckContext())
    assert [[cell.value for cell in row.cells] for row in found.rows] == [list(line) for line in lines]
    assert [field.value for field in found.fields] == [*totals.values()]
    return found


def _statuses(found: CheckResult) -> list[str]:
    """Return a letter for each cell: c(hecked), d(oubtful), u(nchecked), m(issing)."""
    return ["".join(cell.status.value[0] for cell in row.cells) for row in found.rows]


def _one(*line: str, checks: Sequence[CheckSpec] = _LINES, day: str = "2024-05-28") -> str:
    return _statuses(_judge([line], *checks, day=day))[0]


@pytest.mark.parametrize(
    ("line", "statuses"),
    [
        (("12", "165", "1980.00", "13%", "257.40"), "ccccc"),
        (("1", "800", "800.00", "6%", "48.00"), "cuccc"),  # a lost decimal of 800.004 would not show
        (("3", "33.333333", "100.00", "13%", "13.00"), "cuccc"),
        (("2", "50.00", "100.00", "", ""), "cccmm"),
        (("10", "1.234", "12.34", "", ""), "uccmm"),
        (("0.01", "1.5", "0.02", "", ""), "uucmm"),  # 0.011 would give the same cents, and so would 1.6
        (("0.123", "7", "0.86", "", ""), "uucmm"),  # and so would 0.122999
        (("2", "50.00", "100.05", "", ""), "uuumm"),  # rounding by whoever printed it
        (("2", "50.00", "100.11", "", ""), "dddmm"),
        (("2", "50.00", "99.89", "", ""), "dddmm"),
        (("0.1", "1", "0.15", "", ""), "uuumm"),
        (("0.1", "1", "0.16", "", ""), "dddmm"),
        (("1000", "100.00", "100100.00", "", ""), "uuumm"),
        (("1000", "100.00", "100100.11", "", ""), "dddmm"),
        (("-1000", "100.00", "-100100.00", "", ""), "uuumm"),
        (("-2", "50.00", "-100.00", "13%", "-13.00"), "ccccc"),  # a red-letter invoice
        (("2", "50.00", "-100.00", "13%", "-13.00"), "dddcc"),
        (("-2", "50.00", "-100.00", "13%", "13.00"), "ccddd"),
        (("", "", "-0.02", "13%", "0.02"), "mmddd"),
        (("0.02", "1", "-0.02", "", ""), "dddmm"),
        (("", "", "1980.00", "13%", "257.41"), "mmuuu"),
        (("", "", "1980.00", "13%", "260.00"), "mmddd"),
        (("", "", "1980.00", "13%", "254.80"), "mmddd"),
        (("", "", "1.00", "13%", "0.18"), "mmuuu"),
        (("", "", "1.00", "13%", "0.19"), "mmddd"),
        (("", "", "0.50", "1%", "0.01"), "mmuuc"),  # 1.5 % would give the same
        (("", "", "0.00", "13%", "0.00"), "mmuuu"),
        (("0", "5", "0.00", "", ""), "uuumm"),
        (("", "", "46.62", "***", "99.00"), "mmuuu"),
        (("", "", "46.62", "免税", "0.00"), "mmuuu"),
        (("", "", "46.62", "不征税", "99.00"), "mmuuu"),
        (("", "", "100.00", "12%", "12.00"), "mmudc"),  # there is no such rate
        (("", "", "100.00", "16%", "16.00"), "mmudc"),  # there was none any more
        (("二", "165", "1980.00", "", ""), "uuumm"),
        (("1e999999", "1e999999", "1.00", "", ""), "uuumm"),  # what a file may claim: nobody calculates with it
        (("999999999999", "999999999999", "1.00", "", ""), "dddmm"),
        (("1", "1", "NaN", "13%", "Infinity"), "uuuuu"),
        (("", "165", "1980.00", "13%", ""), "muuum"),
        (("12", "", "1980.00", "", "257.40"), "umumu"),
        (("12", "165", "", "13%", "257.40"), "uumuu"),
    ],
)
def test_a_line_confirms_only_what_could_not_be_misread(line: tuple[str, ...], statuses: str) -> None:
    assert _one(*line) == statuses


def test_a_former_rate_is_one_on_its_day() -> None:
    assert _one("", "", "100.00", "16%", "16.00", day="2019-03-31") == "mmucc"


_TWO = (("", "", "1980.00", "", "257.40"), ("", "", "-80.00", "", "-10.40"))


def test_a_sum_that_is_exact_confirms_the_lines_and_the_total() -> None:
    found = _judge(_TWO, *_SUMS, amounts="1900.00", taxes="247.00")

    assert _statuses(found) == ["mmcmc", "mmcmc"]
    assert [field.status for field in found.fields] == [Status.CHECKED, Status.CHECKED]
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("amounts", "letter"), [("1900.01", "u"), ("1900.02", "u"), ("1900.03", "d"), ("1899.98", "u"), ("1899.97", "d")]
)
def test_a_cent_a_line_apart_confirms_nothing_and_more_is_doubtful(amounts: str, letter: str) -> None:
    found = _judge(_TWO, *_SUMS[:1], amounts=amounts)

    assert _statuses(found) == [f"mm{letter}mu"] * 2
    assert found.fields[0].status.value[0] == letter
    assert found.fields[0].doubts == found.rows[0].cells[2].doubts
    assert len(found.fields[0].doubts) == (letter == "d")
    assert all("各行金额" in one and "1900.00" in one and amounts in one for one in found.fields[0].doubts)
    assert not any("各行金额" in one for one in found.doubts)  # said beside the total already


def test_a_total_that_others_confirmed_is_not_doubted_for_its_lines() -> None:
    found = _judge(_TWO, *_SUMS[:1], amounts="2000.00", known=Status.CHECKED)

    assert (found.fields[0].status, _statuses(found)) == (Status.CHECKED, ["mmdmu"] * 2)
    assert ["1900.00" in doubt and "2000.00" in doubt for doubt in found.doubts] == [True]


def test_lines_that_are_only_a_part_are_not_summed_but_judged_by_themselves() -> None:
    rows = [Row(cells=tuple(map(_field, _COLUMNS, line))) for line in (("2", "50.00", "100.00", "13%", "99.00"),)]
    fields = [_field("amounts", "300.00"), _field("taxes", "99.00")]
    found = apply_checks(fields, rows, (*_SUMS, *_LINES), CheckContext(partial=True))

    assert _statuses(found) == ["ccddd"]
    assert [field.status for field in found.fields] == [Status.UNCHECKED] * 2


@pytest.mark.parametrize("amounts", ["", "***", "1900", "NaN", "1e999999"])
def test_a_sum_needs_a_total_and_every_line(amounts: str) -> None:
    lost = (*_TWO, ("1", "", "", "", ""))
    expected = "mmcmu" if amounts == "1900" else "mmumu"

    assert _statuses(_judge(_TWO, *_SUMS[:1], amounts=amounts)) == [expected] * 2
    assert _statuses(_judge(lost, *_SUMS[:1], amounts=amounts)) == ["mmumu", "mmumu", "ummmm"]
    assert _judge((), *_SUMS, amounts="0.00", taxes="0.00").fields[0].status is Status.UNCHECKED


@pytest.mark.parametrize("sources", ["ee", "ec", "ce", "cc"])
def test_only_lines_that_the_file_itself_holds_are_its_writers_to_explain(sources: str) -> None:
    known = {"e": Source.EMBEDDED, "c": Source.CPU}
    cells = [(replace(_field("amount", "10.00"), source=known[one]), _field("tax", "")) for one in sources]
    total = replace(_field("amounts", "30.00"), status=Status.CHECKED)
    found = apply_checks((total,), [Row(cells=one) for one in cells], _SUMS[:1], CheckContext())

    assert ["开具方" in doubt for doubt in found.doubts] == [sources == "ee"]


def test_lines_that_do_not_fit_are_named_by_their_numbers() -> None:
    wrong, right = ("2", "50.00", "200.00", "", ""), ("2", "50.00", "100.00", "", "")

    found = _judge([right, wrong, right, wrong], *_LINES)

    assert len(found.doubts) == 1
    assert "2、4" in found.doubts[0]
    assert "第 1、2、3、4、5 行" not in _judge([wrong] * 9, *_LINES).doubts[0]
    assert "等" in _judge([wrong] * 9, *_LINES).doubts[0]


_QUANTITIES = st.decimals("0.1", "500", places=1) | st.integers(1, 500).map(Decimal)
_PRICES = st.decimals("0.01", "3000", places=2) | st.decimals("0.0001", "3000", places=6)
_RATES = st.sampled_from(["1", "3", "6", "9", "13"])


@st.composite
def _invoices(draw: st.DrawFn) -> list[list[str]]:
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        sign = draw(st.sampled_from([1, 1, 1, -1]))
        quantity, price, rate = sign * draw(_QUANTITIES), draw(_PRICES), draw(_RATES)
        amount = (quantity * price).quantize(_CENT, ROUND_HALF_UP)
        tax = (amount * Decimal(rate) / 100).quantize(_CENT, ROUND_HALF_UP)
        lines.append([str(quantity), str(price), str(amount), f"{rate}%", str(tax)])
    return lines


def _totals(lines: Sequence[Sequence[str]]) -> tuple[str, str]:
    amounts, taxes = (sum((Decimal(line[place]) for line in lines), Decimal("0.00")) for place in (2, 4))
    return str(amounts), str(taxes)


@given(_invoices())
def test_an_invoice_that_holds_together_is_never_doubted(lines: list[list[str]]) -> None:
    found = _judge(lines, *_SUMS, *_LINES, amounts=_totals(lines)[0], taxes=_totals(lines)[1], day="2024-05-28")

    assert found.doubts == ()
    assert "d" not in "".join(_statuses(found))
    assert all(line[2] + line[4] == "cc" for line in _statuses(found))
    assert [field.status for field in found.fields[:2]] == [Status.CHECKED] * 2


@given(_invoices(), st.data())
def test_a_digit_that_was_misread_is_never_vouched_for(lines: list[list[str]], data: st.DataObject) -> None:
    """Any one digit of any cell may be another: that cell is not ✅, nor is a total over it."""
    totals = _totals(lines)
    at = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(_COLUMNS) - 1))
    right = lines[at][column]
    places = [place for place, char in enumerate(right) if char.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789"))
    read = right[:place] + digit + right[place + 1 :]
    assume(read != right)

    damaged = [[*line] for line in lines]
    damaged[at][column] = read
    found = _judge(damaged, *_SUMS, *_LINES, amounts=totals[0], taxes=totals[1], day="2024-05-28")

    assert _statuses(found)[at][column] != "c"
    if column in {2, 4}:
        assert found.fields[0 if column == 2 else 1].status is not Status.CHECKED


@given(_invoices(), st.data())
def test_a_sign_that_was_lost_is_never_vouched_for(lines: list[list[str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.sampled_from([0, 1, 2, 4]))
    right = lines[at][column]
    assume(Decimal(right) != 0)
    damaged = [[*line] for line in lines]
    damaged[at][column] = right.removeprefix("-") if right.startswith("-") else f"-{right}"

    found = _judge(damaged, *_SUMS, *_LINES, amounts=_totals(lines)[0], taxes=_totals(lines)[1], day="2024-05-28")

    assert _statuses(found)[at][column] != "c"
