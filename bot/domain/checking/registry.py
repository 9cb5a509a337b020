"""The checks that a prompt's file may name: `checks = ["invoice", "bank_card:number"]`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import texts
from bot.domain.checking import identity, order
from bot.domain.checking.bar_codes import bar_code
from bot.domain.checking.buyer import check_buyer
from bot.domain.checking.invoice import check_invoice, sums_up
from bot.domain.checking.lines import CheckResult, LineRule, check_lines, line_product, line_rate, line_sum, line_tax
from bot.domain.checking.verdicts import Verdict, with_verdicts
from bot.domain.document import Field, Row, Source
from bot.domain.organisation import Company
from bot.domain.prompt import CheckSpec

FieldsAndDoubts = tuple[tuple[Field, ...], tuple[str, ...]]  # the fields in their order, and doubts about the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What a check may look at besides the fields; without `today` no date is in the future."""

    today: date | None = None
    companies: tuple[Company, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on the pages
    partial: bool = False  # lines may stand on pages that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A check on fields: `run` takes them, the keys behind the check's name and the context; `keys` is how many."""

    run: Callable[[Sequence[Field], tuple[str, ...], CheckContext], FieldsAndDoubts]
    keys: int = 0
    columns: int = 0  # of the keys: none of them is a column's


def apply_checks(
    fields: Sequence[Field], rows: Sequence[Row], checks: Sequence[CheckSpec], context: CheckContext
) -> CheckResult:
    """Apply the checks one after the other; return the fields and rows as the last leaves them, and all doubts."""
    result, doubts = CheckResult(fields=tuple(fields), rows=tuple(rows)), list[str]()
    for check in checks:
        rule = RULES[check.name]
        if isinstance(rule, LineRule):
            if rule.whole and context.partial:
                continue
            result = check_lines(rule, result.fields, result.rows, check.keys)
        else:
            checked, more = rule.run(result.fields, check.keys, context)
            result = CheckResult(fields=checked, rows=result.rows, doubts=more)
        doubts += result.doubts
    return CheckResult(fields=result.fields, rows=result.rows, doubts=tuple(dict.fromkeys(doubts)))


def _invoice(fields: Sequence[Field], _: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    return check_invoice(fields, today=context.today)


def _buyer(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    if not any(field.value for field in fields):
        return tuple(fields), ()
    name, tax_number = _values(fields, keys)
    verdicts, doubts = check_buyer(keys, (name, tax_number), context.companies)
    return with_verdicts(fields, verdicts), tuple(doubts)


def _bar_code(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    return bar_code(fields, keys[0], context.codes)


def _per_mille(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
    """Doubt each % that the CPU engine read where rates by the day stand: it reads ‰ as %, and is sure of it."""
    printed = {
        field.key
        for field in fields
        if field.source is Source.CPU and re.search("[%\N{FULLWIDTH PERCENT SIGN}]", field.value)
    }
    verdicts = [Verdict(keys=(key,), reason=texts.warnings.doubt_per_mille()) for key in keys if key in printed]
    return with_verdicts(fields, verdicts), ()


def _one(check: Callable[[str, str], Iterator[Verdict]]) -> FieldRule:
    """Return the rule that checks one value by itself."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
        return with_verdicts(fields, check(keys[0], *_values(fields, keys))), ()

    return FieldRule(run=run, keys=1)


def _several(check: Callable[..., Iterator[Verdict]], keys: int) -> FieldRule:
    """Return the rule that checks several values against each other."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: CheckContext) -> FieldsAndDoubts:
        return with_verdicts(fields, check(keys, *_values(fields, keys))), ()

    return FieldRule(run=run, keys=keys)


def _sum(keys: tuple[str, ...], *printed: str) -> Iterator[Verdict]:
    return sums_up(keys, printed, texts.warnings.doubt_parts(printed)) if all(printed) else iter(())


def _not_future(fields: Sequence[Field], keys: tuple[str, ...], context: CheckContext) -> FieldsAndDoubts:
    (value,) = _values(fields, keys)
    return with_verdicts(fields, order.not_future(keys[0], value, context.today)), ()


def _tax_rate(keys: tuple[str, ...], percent: str, day: str) -> Iterator[Verdict]:
    return order.tax_rate(keys[0], percent, day)


def _values(fields: Sequence[Field], keys: Sequence[str]) -> tuple[str, ...]:
    by_key = {field.key: field.value for field in fields}
    return tuple(by_key.get(key, "") for key in keys)


RULES: Mapping[str, FieldRule | LineRule] = {
    "invoice": FieldRule(run=_invoice),
    "buyer": FieldRule(run=_buyer, keys=2),  # name, tax number
    "credit_code": _one(identity.credit_code),
    "identity_number": _one(identity.identity_number),
    "identity_birth": _several(identity.identity_birth, 2),  # number, date of birth
    "identity_sex": _several(identity.identity_sex, 2),  # number, sex
    "bank_card": _one(identity.bank_card),
    "same_amount": _several(order.same_amount, 2),  # words, figures
    "sum": _several(_sum, 3),  # two parts, total
    "tax": _several(order.tax, 3),  # amount, rate, tax
    "tax_rate": _several(_tax_rate, 2),  # rate, date
    "in_order": _several(order.in_order, 2),  # earlier date, later date
    "ride": _several(order.ride, 2),  # times of day: start, end
    "not_future": FieldRule(run=_not_future, keys=1),
    "bar_code": FieldRule(run=_bar_code, keys=1),
    "per_mille": FieldRule(run=_per_mille, keys=1),
    "line_sum": LineRule(run=line_sum, keys=2, columns=1, whole=True),  # part, total
    "line_product": LineRule(run=line_product, keys=3, columns=3),  # quantity, price, amount
    "line_tax": LineRule(run=line_tax, keys=3, columns=3),  # amount, rate, tax
    "line_rate": LineRule(run=line_rate, keys=2, columns=1),  # rate, date
}
