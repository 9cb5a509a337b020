"""Check the lines of a table against each other and against the totals below them. No check changes a value.

Only an exact sum confirms its parts, and a product or a tax confirms only values that could not be misread without
changing it by a cent. If a difference is larger than rounding explains, all values involved become doubtful, because
any of them may be the wrong one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from bot.domain import texts
from bot.domain.checking.money import money, other_rates, rate, tax_fits
from bot.domain.checking.order import tax_rate
from bot.domain.checking.verdicts import Verdict, with_verdicts
from bot.domain.document import Field, Row, Source, Status

_CENT = Decimal("0.01")
_LEAST_LEEWAY = Decimal("0.05")
_SHARE = Decimal("0.001")  # of a line's amount, because printed prices are rounded
_CARRIES = 2  # the least factor with which lost decimals of the other one show in the product


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVerdict:
    """One check's result on cells of a `line`, counted from 0, or on fields of the document if `line` is None."""

    keys: tuple[str, ...]
    line: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The fields and rows as the checks leave them, in their order, and doubts about the whole."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """A check on a table: of its `keys`, the first `columns` are keys of columns, the others of fields.

    A check that needs the `whole` table does not run if only part of it was read.
    """

    run: Callable[[Sequence[Field], Sequence[Row], tuple[str, ...]], Iterator[LineVerdict]]
    keys: int
    columns: int
    whole: bool = False
    codes: bool = False
    more: bool = False


def check_lines(rule: LineRule, fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> CheckResult:
    """Apply one check to a document's rows and fields; without rows nothing changes."""
    verdicts = tuple(rule.run(fields, rows, keys)) if rows else ()
    failing = [verdict.line for verdict in verdicts if verdict.line is not None and verdict.reason]
    numbers = tuple(line + 1 for line in dict.fromkeys(failing))
    about_all = tuple(verdict.reason for verdict in verdicts if verdict.line is None and not verdict.keys)
    doubts = about_all or ((texts.warnings.doubt_in_lines(numbers),) if numbers else ())
    embedded = all(cell.source is Source.EMBEDDED for row in rows for cell in row.cells if cell.value)
    return CheckResult(
        fields=with_verdicts(fields, _verdicts_on(verdicts, None)),
        rows=tuple(
            replace(row, cells=with_verdicts(row.cells, _verdicts_on(verdicts, at))) for at, row in enumerate(rows)
        ),
        doubts=tuple(map(texts.warnings.in_file, doubts)) if embedded else doubts,
    )


def _verdicts_on(verdicts: Sequence[LineVerdict], line: int | None) -> list[Verdict]:
    return [Verdict(keys=verdict.keys, reason=verdict.reason) for verdict in verdicts if verdict.line == line]


def line_sum(fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare a column's sum with a total. Rounding explains a cent a line, but such a sum confirms nothing.

    A total that another check has confirmed does not become doubtful, because a line may be missing.
    """
    column, total = keys
    field = next((field for field in fields if field.key == total), None)
    parts = [money(_value_of(row.cells, column)) for row in rows]
    known = [part for part in parts if part is not None]
    printed = money(field.value) if field is not None else None
    if field is None or printed is None or len(known) != len(parts):
        return
    apart = abs(sum(known) - printed)
    if apart > _CENT * len(known):
        name = next(cell.name for cell in rows[0].cells if cell.key == column)
        reason = texts.warnings.doubt_line_sum(name, f"{sum(known):.2f}", field.name, field.value)
        yield LineVerdict(keys=() if field.status is Status.CHECKED else (total,), reason=reason)
        yield from (LineVerdict(keys=(column,), line=at, reason=reason) for at in range(len(rows)))
    elif not apart:
        yield LineVerdict(keys=(total,))
        yield from (LineVerdict(keys=(column,), line=at) for at in range(len(rows)))


def line_count(fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare the number of rows with the printed one; equal numbers confirm it."""
    field = next((field for field in fields if field.key == keys[0]), None)
    if field is None or not field.value.isdecimal():
        return
    if int(field.value) == len(rows):
        yield LineVerdict(keys=keys)
    else:
        yield LineVerdict(keys=(), reason=texts.warnings.doubt_line_count(len(rows), field.value))


def line_product(_: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare 数量 × 单价 with 金额, line by line; an amount in cents does not confirm all digits of a long price."""
    for at, row in enumerate(rows):
        printed = [_value_of(row.cells, key) for key in keys]
        count, price, amount = map(money, printed)
        if count is None or price is None or amount is None:
            continue
        product = count * price
        if product * amount < 0 or abs(product - amount) > max(_LEAST_LEEWAY, abs(amount) * _SHARE):
            yield LineVerdict(keys=keys, line=at, reason=texts.warnings.doubt_line_product(*printed))
        elif amount and _cents(product) == amount:
            factors = ((keys[0], count, price), (keys[1], price, count))
            confirmed = tuple(key for key, factor, other in factors if _is_confirmed_by_product(factor, other))
            yield LineVerdict(keys=(*confirmed, keys[2]), line=at)


def line_tax(_: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Compare 金额 × 税率 with 税额, line by line, if the rate is a number.

    An exact tax confirms itself, and the rate if no other rate gives the same tax, but not the amount.
    """
    for at, row in enumerate(rows):
        printed = [_value_of(row.cells, key) for key in keys]
        amount, percent, owed = money(printed[0]), rate(printed[1]), money(printed[2])
        if amount is None or percent is None or owed is None:
            continue
        if amount * owed < 0 or not tax_fits(amount, percent, owed):
            yield LineVerdict(keys=keys, line=at, reason=texts.warnings.doubt_tax(*printed))
        elif amount and _cents(amount * percent / 100) == owed:
            alone = all(_cents(amount * other / 100) != owed for other in other_rates(percent))
            yield LineVerdict(keys=keys[1:] if alone else keys[2:], line=at)


def line_rate(fields: Sequence[Field], rows: Sequence[Row], keys: tuple[str, ...]) -> Iterator[LineVerdict]:
    """Refute rates that value-added tax does not have, or did not have on the day."""
    column, day = keys
    for at, row in enumerate(rows):
        for verdict in tax_rate(column, _value_of(row.cells, column), _value_of(fields, day)):
            yield LineVerdict(keys=verdict.keys, line=at, reason=verdict.reason)


def _value_of(fields: Sequence[Field], key: str) -> str:
    return next((field.value for field in fields if field.key == key), "")


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _is_confirmed_by_product(factor: Decimal, other: Decimal) -> bool:
    """Whether a wrong digit in `factor`, or a lost one at its end, would show in the cents of the product."""
    exponent = factor.as_tuple().exponent
    last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(other) >= _CARRIES and last * abs(other) >= _CENT
