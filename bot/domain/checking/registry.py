"""The checks that a prompt's file may name: `checks = ["invoice", "bank_card:number"]`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.checking import identity, order
from bot.domain.checking.bar_codes import bar_code
from bot.domain.checking.buyer import check_buyer
from bot.domain.checking.invoice import check_invoice, sums_up
from bot.domain.checking.lines import Judged, LineRule, judge_lines, line_product, line_rate, line_sum, line_tax
from bot.domain.checking.verdicts import Verdict, judged
from bot.domain.document import Field, Row, Source
from bot.domain.organisation import Company
from bot.domain.prompt import CheckSpec
from bot.domain.texts import chat as texts

Checked = tuple[tuple[Field, ...], tuple[str, ...]]  # the fields in their order, and doubts about the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a check knows besides the fields; without `today` no date is in the future."""

    today: date | None = None
    companies: tuple[Company, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on the pages
    partial: bool = False  # lines may stand on pages that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A check by name: `run` takes the fields, the keys behind the name and what is around; `keys` is how many."""

    run: Callable[[Sequence[Field], tuple[str, ...], Around], Checked]
    keys: int = 0
    columns: int = 0  # none of them is a column's


def run_checks(
    fields: Sequence[Field],
    checks: Sequence[CheckSpec],
    *,
    today: date | None,
    companies: Sequence[Company] = (),
    codes: Sequence[str] = (),
) -> Checked:
    """Return the fields with what the checks, one after the other, made of them, and doubts about the whole."""
    judged_ = judge(fields, (), checks, Around(today=today, companies=tuple(companies), codes=tuple(codes)))
    return judged_.fields, judged_.doubts


def judge(fields: Sequence[Field], rows: Sequence[Row], checks: Sequence[CheckSpec], around: Around) -> Judged:
    """Return the fields and lines with what the checks, one after the other, made of them."""
    found, doubts = Judged(fields=tuple(fields), rows=tuple(rows)), list[str]()
    for check in checks:
        rule = RULES[check.name]
        if isinstance(rule, LineRule):
            if rule.whole and around.partial:
                continue
            found = judge_lines(rule, found.fields, found.rows, check.keys)
        else:
            checked, more = rule.run(found.fields, check.keys, around)
            found = Judged(fields=checked, rows=found.rows, doubts=more)
        doubts += found.doubts
    return Judged(fields=found.fields, rows=found.rows, doubts=tuple(dict.fromkeys(doubts)))


def _invoice(fields: Sequence[Field], _: tuple[str, ...], around: Around) -> Checked:
    return check_invoice(fields, today=around.today)


def _buyer(fields: Sequence[Field], keys: tuple[str, ...], around: Around) -> Checked:
    if not any(field.value for field in fields):
        return tuple(fields), ()
    name, tax_number = _values(fields, keys)
    verdicts, doubts = check_buyer(keys, (name, tax_number), around.companies)
    return judged(fields, verdicts), tuple(doubts)


def _bar_code(fields: Sequence[Field], keys: tuple[str, ...], around: Around) -> Checked:
    return bar_code(fields, keys[0], around.codes)


def _per_mille(fields: Sequence[Field], keys: tuple[str, ...], _: Around) -> Checked:
    """Doubt each % that the CPU engine read where rates by the day stand: it reads ‰ as %, and is sure of it."""
    seen = {
        field.key
        for field in fields
        if field.source is Source.CPU and re.search("[%\N{FULLWIDTH PERCENT SIGN}]", field.value)
    }
    verdicts = [Verdict(keys=(key,), reason=texts.doubt_per_mille()) for key in keys if key in seen]
    return judged(fields, verdicts), ()


def _one(check: Callable[[str, str], Iterator[Verdict]]) -> Rule:
    """Return the rule of a check on one value by itself."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: Around) -> Checked:
        return judged(fields, check(keys[0], *_values(fields, keys))), ()

    return Rule(run=run, keys=1)


def _several(check: Callable[..., Iterator[Verdict]], keys: int) -> Rule:
    """Return the rule of a check on values beside each other."""

    def run(fields: Sequence[Field], keys: tuple[str, ...], _: Around) -> Checked:
        return judged(fields, check(keys, *_values(fields, keys))), ()

    return Rule(run=run, keys=keys)


def _sum(keys: tuple[str, ...], *printed: str) -> Iterator[Verdict]:
    return sums_up(keys, printed, texts.doubt_parts(printed)) if all(printed) else iter(())


def _not_future(fields: Sequence[Field], keys: tuple[str, ...], around: Around) -> Checked:
    (value,) = _values(fields, keys)
    return judged(fields, order.not_future(keys[0], value, around.today)), ()


def _tax_rate(keys: tuple[str, ...], percent: str, day: str) -> Iterator[Verdict]:
    return order.tax_rate(keys[0], percent, day)


def _values(fields: Sequence[Field], keys: Sequence[str]) -> tuple[str, ...]:
    found = {field.key: field.value for field in fields}
    return tuple(found.get(key, "") for key in keys)


RULES: Mapping[str, Rule | LineRule] = {
    "invoice": Rule(run=_invoice),
    "buyer": Rule(run=_buyer, keys=2),  # name, tax number
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
    "not_future": Rule(run=_not_future, keys=1),
    "bar_code": Rule(run=_bar_code, keys=1),
    "per_mille": Rule(run=_per_mille, keys=1),
    "line_sum": LineRule(run=line_sum, keys=2, columns=1, whole=True),  # part, total
    "line_product": LineRule(run=line_product, keys=3, columns=3),  # quantity, price, amount
    "line_tax": LineRule(run=line_tax, keys=3, columns=3),  # amount, rate, tax
    "line_rate": LineRule(run=line_rate, keys=2, columns=1),  # rate, date
}
