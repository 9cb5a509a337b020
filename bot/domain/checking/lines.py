"""What the lines of a table say about each other and about the totals below them. No check changes a value.

A sum confirms only where it is exact; a product or a tax only what could not have been misread without being off by a
cent. What is further off than rounding explains is doubtful, with all that took part: nobody knows which one is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.checking.money import money, other_rates, rate, tax_fits
from bot.domain.checking.order import tax_rate
from bot.domain.checking.verdicts import Verdict, judged
from bot.domain.document import Field, Row, Source, Status
from bot.domain.texts import chat as texts

_CENT = Decimal("0.01")
_LEAST_LEEWAY = Decimal("0.05")
_SHARE = Decimal("0.001")  # of a line's amount: prices are printed rounded
_CARRIES = 2  # what one factor must be for lost decimals of the other to show in the product


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVerdict:
    """One check's result on the `keys` of a line, counted from 0, or without one on the document's fields."""

    keys: tuple[str, ...]
    line: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The fields and lines as the checks leave them, in their order, and doubts about the whole."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """A check by name on a table: the first `columns` of its `keys` are columns', the others fields'.

    One that needs the `whole` table says nothing where only a part of it was read.
    """

    run: Callable[[Sequence[Field], Sequence[Row], tuple[str, ...]], Iterator[LineVerdict]]
    keys: int
    columns: int
    whole: bool = False


def judge_lines(rule: LineRule, fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Judged:
    """Return what one check makes of a document; nothing changes where it has no lines."""
    verdicts = tuple(rule.run(fields, rows, keys)) if rows else ()
    failed = tuple(dict.fromkeys(one.line + 1 for one in verdicts if one.line is not None and one.reason))
    sums = tuple(one.reason for one in verdicts if one.line is None and not one.keys)
    doubts = sums or ((texts.doubt_in_lines(failed),) if failed else ())
    carried = all(cell.source is Source.EMBEDDED for row in rows for cell in row.cells if cell.value)
    return Judged(
        fields=judged(fields, _verdicts_on(verdicts, None)),
        rows=tuple(replace(row, cells=judged(row.cells, _verdicts_on(verdicts, at))) for at, row in enumerate(rows)),
        doubts=tuple(map(texts.in_file, doubts)) if carried else doubts,
    )


def _verdicts_on(verdicts: Sequence[LineVerdict], line: int | None) -> list[Verdict]:
    return [Verdict(keys=one.keys, reason=one.reason) for one in verdicts if one.line == line]


def line_sum(fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare a column's sum with a total. A cent a line apart is possible, and confirms nothing.

    A total that others have confirmed is not doubted for a line that may have been lost.
    """
    column, total = keys
    field = next((one for one in fields if one.key == total), None)
    parts = [money(_said(row.cells, column)) for row in rows]
    known = [part for part in parts if part is not None]
    printed = money(field.value) if field is not None else None
    if field is None or printed is None or len(known) != len(parts):
        return
    apart = abs(sum(known) - printed)
    if apart > _CENT * len(known):
        name = next(cell.name for cell in rows[0].cells if cell.key == column)
        reason = texts.doubt_line_sum(name, f"{sum(known):.2f}", field.name, field.value)
        yield LineVerdict(keys=() if field.status is Status.CHECKED else (total,), reason=reason)
        yield from (LineVerdict(keys=(column,), line=at, reason=reason) for at in range(len(rows)))
    elif not apart:
        yield LineVerdict(keys=(total,))
        yield from (LineVerdict(keys=(column,), line=at) for at in range(len(rows)))


def line_product(_: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare 数量 × 单价 with 金额, line by line; a long price is printed with more digits than the cents can tell."""
    for at, row in enumerate(rows):
        said = [_said(row.cells, key) for key in keys]
        count, price, amount = map(money, said)
        if count is None or price is None or amount is None:
            continue
        product = count * price
        if product * amount < 0 or abs(product - amount) > max(_LEAST_LEEWAY, abs(amount) * _SHARE):
            yield LineVerdict(keys=keys, line=at, reason=texts.doubt_line_product(*said))
        elif amount and _cents(product) == amount:
            factors = ((keys[0], count, price), (keys[1], price, count))
            told = tuple(key for key, one, other in factors if _shows(one, other))
            yield LineVerdict(keys=(*told, keys[2]), line=at)


def line_tax(_: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare 金额 × 税率 with 税额, line by line, where the rate is a number.

    The exact tax confirms itself, and the rate where no other gives it; of the amount it tells too little.
    """
    for at, row in enumerate(rows):
        said = [_said(row.cells, key) for key in keys]
        amount, percent, owed = money(said[0]), rate(said[1]), money(said[2])
        if amount is None or percent is None or owed is None:
            continue
        if amount * owed < 0 or not tax_fits(amount, percent, owed):
            yield LineVerdict(keys=keys, line=at, reason=texts.doubt_tax(*said))
        elif amount and _cents(amount * percent / 100) == owed:
            alone = all(_cents(amount * other / 100) != owed for other in other_rates(percent))
            yield LineVerdict(keys=keys[1:] if alone else keys[2:], line=at)


def line_rate(fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Refute a line's rate that value-added tax does not have, or did not have on the day."""
    column, day = keys
    for at, row in enumerate(rows):
        for verdict in tax_rate(column, _said(row.cells, column), _said(fields, day)):
            yield LineVerdict(keys=verdict.keys, line=at, reason=verdict.reason)


def _said(fields: Sequence[Field], key: str) -> str:
    return next((field.value for field in fields if field.key == key), "")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _shows(one: Decimal, other: Decimal) -> bool:
    """Whether any other digit in `one`, or a lost one behind it, would change the cents of its product."""
    exponent = one.as_tuple().exponent
    last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(other) >= _CARRIES and last * abs(other) >= _CENT
