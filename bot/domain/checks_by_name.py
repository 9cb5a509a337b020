"""The checks that a prompt's file may name: `checks = ["invoice", "bank_card:number"]`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.checks import check_invoice
from bot.domain.document import Field
from bot.domain.prompts import CheckSpec

Checked = tuple[tuple[Field, ...], tuple[str, ...]]  # the fields in their order, and doubts about the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A check by name: `run` takes the fields, the keys behind the name and today's date; `keys` is how many."""

    run: Callable[[Sequence[Field], tuple[str, ...], date | None], Checked]
    keys: int = 0


def _invoice(fields: Sequence[Field], _: tuple[str, ...], today: date | None) -> Checked:
    return check_invoice(fields, today=today)


RULES: Mapping[str, Rule] = {
    "invoice": Rule(run=_invoice),
}


def run_checks(fields: Sequence[Field], checks: Sequence[CheckSpec], *, today: date | None) -> Checked:
    """Return the fields with what the checks, one after the other, made of them, and doubts about the whole."""
    checked, doubts = tuple(fields), list[str]()
    for check in checks:
        checked, more = RULES[check.name].run(checked, check.keys, today)
        doubts += more
    return checked, tuple(doubts)
