"""The checks that a prompt's file may name: `checks = ["invoice", "bank_card:number"]`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain import texts
from bot.domain.checking import identity, order
from bot.domain.checking.bar_codes import bar_code, held_by_code
from bot.domain.checking.buyer import check_buyer
from bot.domain.checking.invoice import check_invoice, sums_up
from bot.domain.checking.lines import (
    CheckResult,
    LineRule,
    check_lines,
    line_count,
    line_product,
    line_rate,
    line_sum,
    line_tax,
)
from bot.domain.checking.money import money
from bot.domain.checking.verdicts import Verdict, with_name_of_check, with_verdicts
from bot.domain.document import Field, Row, Source
from bot.domain.organisation import Company
from bot.domain.prompt import CheckSpec

_FEWEST_AMOUNTS = 2  # a part and the total

FieldsAndDoubts = tuple[tuple[Field, ...], tuple[str, ...]]  # the fields in their order, and doubts about the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check may use besides the fields; without `today` no date counts as in the future."""

    today: date | None = None
    companies: tuple[Company, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on the pages
    partial: bool = False  # some lines may be on pages that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A check on fields: `run` takes them, the `keys` keys after the check's name, and the context."""

    run: Callable[[Sequence[Field], tuple[str, ...], CheckContext], FieldsAndDoubts]
    keys: int = 0
    columns: int = 0  # how many of the keys are columns': none
    codes: bool = False  # whether it compares with the codes on the pages
    bar_codes: bool = False  # whether with other codes than QR codes too
    more: bool = False  # whether it takes more keys than `keys`


def apply_checks(
    fields: Sequence[Field], rows: Sequence[Row], checks: Sequence[CheckSpec], context: CheckContext
) -> CheckResult:
    """Apply the checks in turn; return the fields and rows as the last one leaves them, and all doubts."""
    result, doubts = CheckResult(fields=tuple(fields), rows=tuple(rows)), list[str]()
    for check in checks:
        rule = RULES[check.name]
        if isinstance(rule, LineRule) and rule.whole and context.partial:
            continue
        result = _with_name(result, _checked(rule, result, check, context), check.name)
        doubts += result.doubts
    return CheckResult(fields=result.fields, rows=result.rows, doubts=tuple(dict.fromkeys(doubts)))


def _checked(rule: FieldRule | LineRule, given: CheckResult, check: CheckSpec, context: CheckContext) -> CheckResult:
    if isinstance(rule, LineRule):
        return check_lines(rule, given.fields, given.rows, check.keys)
    fields, doubts = rule.run(given.fields, check.keys, context)
    return CheckResult(fields=fields, rows=given.rows, doubts=doubts)


def _with_name(before: CheckResult, after: CheckResult, name: str) -> CheckResult:
    """Return the result of a check with its name on what it confirmed and what it made doubtful."""
    rows = tuple(
        replace(now, cells=with_name_of_check(then.cells, now.cells, name))
        for then, now in zip(before.rows, after.rows, strict=True)
    )
    return replace(after, fields=with_name_of_check(before.fields, after.fields, name), rows=rows)


def _check_invoice(fields: Sequence[Field], _: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    return check_invoice(fields, today=context.today)


def _check_buyer(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    if not any(field.value for field in fields):
        return tuple(fields), ()
    name, tax_number = _values_of(fields, keys)
    verdicts, doubts = check_buyer(keys, (name, tax_number), context.companies)
    return with_verdicts(fields, verdicts), tuple(doubts)


def _check_bar_code(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    return bar_code(fields, keys[0], context.codes)


def _check_per_mille(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
    """Doubt each % that the CPU engine read among daily rates: it reads ‰ as %, with high confidence."""
    printed = {
        field.key
        for field in fields
        if field.source is Source.CPU and re.search("[%\N{FULLWIDTH PERCENT SIGN}]", field.value)
    }
    verdicts = [Verdict(keys=(key,), reason=texts.warnings.doubt_per_mille()) for key in keys if key in printed]
    return with_verdicts(fields, verdicts), ()


def _single_value_rule(check: Callable[[str, str], Iterator[Verdict]]) -> FieldRule:
    """Return the rule for a check of a single value."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
        return with_verdicts(fields, check(keys[0], *_values_of(fields, keys))), ()

    return FieldRule(run=run, keys=1)


def _several_values_rule(check: Callable[..., Iterator[Verdict]], keys: int, *, more: bool = False) -> FieldRule:
    """Return the rule for a check of several values against each other."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
        return with_verdicts(fields, check(keys, *_values_of(fields, keys))), ()

    return FieldRule(run=run, keys=keys, more=more)


def _check_parts(keys: tuple[str, ...], *printed: str) -> Iterator[Verdict]:
    """Compare a total, the last amount, with its parts. Without some parts the others can only confirm it."""
    given = [(key, figures) for key, figures in zip(keys, printed, strict=True) if figures]
    amounts = [figures for _, figures in given]
    if not printed[-1] or len(given) < _FEWEST_AMOUNTS:
        return
    reason = texts.warnings.doubt_parts(amounts)
    verdicts = sums_up(tuple(key for key, _ in given), amounts, reason)
    yield from (one for one in verdicts if all(printed) or (not one.reason and money(printed[-1])))


def _check_with_extra(keys: tuple[str, ...], first: str, second: str, total: str, extra: str) -> Iterator[Verdict]:
    """Compare a total with two parts and, where it is printed, with an extra such as freight."""
    if extra:
        yield from _check_parts((*keys[:2], keys[3], keys[2]), first, second, extra, total)
    else:
        yield from _check_parts(keys[:3], first, second, total)


def _check_change(keys: tuple[str, ...], total: str, change: str, handed_over: str) -> Iterator[Verdict]:
    """Compare what was handed over with total and change; where no change was given, they are one and the same."""
    if total and handed_over and (money(change) or 0) > 0:
        yield from _check_parts(keys, total, change, handed_over)


def _check_held_by_code(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    return held_by_code(fields, keys[0], context.codes), ()


def _check_not_zero(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
    verdicts = (
        verdict
        for field in fields
        if field.key == keys[0]
        for verdict in order.not_zero(keys[0], field.name, field.value)
    )
    return with_verdicts(fields, verdicts), ()


def _check_not_future(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    (value,) = _values_of(fields, keys)
    return with_verdicts(fields, order.not_future(keys[0], value, context.today)), ()


def _check_tax_rate(keys: tuple[str, ...], percent: str, day: str) -> Iterator[Verdict]:
    return order.tax_rate(keys[0], percent, day)


def _values_of(fields: Sequence[Field], keys: Sequence[str]) -> tuple[str, ...]:
    by_key = {field.key: field.value for field in fields}
    return tuple(by_key.get(key, "") for key in keys)


RULES: Mapping[str, FieldRule | LineRule] = {
    "invoice": FieldRule(run=_check_invoice, codes=True),
    "buyer": FieldRule(run=_check_buyer, keys=2),  # name, tax number
    "credit_code": _single_value_rule(identity.credit_code),
    "identity_number": _single_value_rule(identity.identity_number),
    "identity_birth": _several_values_rule(identity.identity_birth, 2),  # number, date of birth
    "identity_sex": _several_values_rule(identity.identity_sex, 2),  # number, sex
    "bank_card": _single_value_rule(identity.bank_card),
    "same_amount": _several_values_rule(order.same_amount, 2),  # words, figures
    "sum": _several_values_rule(_check_parts, 3, more=True),  # two or more parts, total
    "sum_with": _several_values_rule(_check_with_extra, 4),  # two parts, total, a part if it is printed
    "change": _several_values_rule(_check_change, 3),  # total, change, what was handed over
    "tax": _several_values_rule(order.tax, 3),  # amount, rate, tax
    "tax_rate": _several_values_rule(_check_tax_rate, 2),  # rate, date
    "in_order": _several_values_rule(order.in_order, 2),  # earlier date, later date
    "ride": _several_values_rule(order.ride, 2),  # times of day: start, end
    "not_future": FieldRule(run=_check_not_future, keys=1),
    "not_zero": FieldRule(run=_check_not_zero, keys=1),
    "bar_code": FieldRule(run=_check_bar_code, keys=1, codes=True, bar_codes=True),
    "held_by_code": FieldRule(run=_check_held_by_code, keys=1, codes=True, bar_codes=True),
    "per_mille": FieldRule(run=_check_per_mille, keys=1),
    "line_sum": LineRule(run=line_sum, keys=2, columns=1, whole=True),  # part, total
    "line_count": LineRule(run=line_count, keys=1, columns=0, whole=True),  # the number printed
    "line_product": LineRule(run=line_product, keys=3, columns=3),  # quantity, price, amount
    "line_tax": LineRule(run=line_tax, keys=3, columns=3),  # amount, rate, tax
    "line_rate": LineRule(run=line_rate, keys=2, columns=1),  # rate, date
}


def uses_codes(checks: Sequence[CheckSpec]) -> bool:
    """Return whether any of the checks compares values with the codes on the pages."""
    return any(RULES[check.name].codes for check in checks)


def uses_bar_codes(checks: Sequence[CheckSpec]) -> bool:
    """Return whether any of the checks compares values with codes other than QR codes."""
    return any(isinstance(rule := RULES[check.name], FieldRule) and rule.bar_codes for check in checks)
