"""Propose what a doubtful value might be. A proposal is shown beside the value and never replaces it.

A check digit is weak evidence: if several changes satisfy it, each of them is probably wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain import texts
from bot.domain.checking.lines import CheckResult
from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Field, Row, Status
from bot.domain.organisation import Company
from bot.domain.prompt import FieldType, Prompt

_ALIKE = ("0O", "1IL", "2Z", "5S", "6G", "8B")  # characters so similar that engines confuse them
_IDENTIFIERS = frozenset({FieldType.TAX_ID, FieldType.ID_NUMBER, FieldType.BANK_CARD})
_DIVISION = range(2, 8)  # positions of digits in a 统一社会信用代码: the administrative division (GB 32100-2015)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFields:
    """The fields as they were read, with everything that their checks depend on."""

    read: tuple[Field, ...]
    prompt: Prompt
    today: date | None
    companies: tuple[Company, ...] = ()
    codes: tuple[str, ...] = ()  # the texts of the codes on the pages
    rows: tuple[Row, ...] = ()  # of the document's table
    partial: bool = False  # some pages were not read

    def result(self) -> CheckResult:
        """Return the fields and rows as the checks leave them, and doubts about the whole."""
        return self._check(self.read)

    def failing(self, checked: Sequence[Field]) -> tuple[Field, ...]:
        """Return the `checked` fields to which the checks added a doubt."""
        return tuple(
            after
            for before, after in zip(self.read, checked, strict=True)
            if after.value and after.status is Status.DOUBTFUL and len(after.doubts) > len(before.doubts)
        )

    def passing(self, key: str, values: Iterable[str]) -> tuple[str, ...]:
        """Return the `values` that the checks would confirm for this field, with the others as they were read."""
        return tuple(value for value in dict.fromkeys(values) if self._passes(key, value))

    def type_of(self, field: Field) -> FieldType:
        """Return how the field's value is written."""
        return next((spec.type for spec in self.prompt.fields if spec.key == field.key), FieldType.TEXT)

    def _passes(self, key: str, value: str) -> bool:
        changed = [
            replace(field, value=value, status=Status.UNCHECKED, doubts=()) if field.key == key else field
            for field in self.read
        ]
        fields = self._check(changed).fields
        return any(field.key == key and field.status is Status.CHECKED for field in fields)

    def _check(self, fields: Sequence[Field]) -> CheckResult:
        context = CheckContext(today=self.today, companies=self.companies, codes=self.codes, partial=self.partial)
        return apply_checks(fields, self.rows, self.prompt.checks, context)


def with_confusions(checked: Sequence[Field], checks: CheckedFields) -> tuple[Field, ...]:
    """Add a doubt to each failing identifier that would pass if exactly one look-alike character were exchanged."""
    doubts = {}
    for field in checks.failing(checked):
        values = checks.passing(field.key, confusions(field.value)) if checks.type_of(field) in _IDENTIFIERS else ()
        if len(values) == 1 and not any(values[0] in doubt for doubt in field.doubts):
            doubts[field.key] = texts.warnings.doubt_confusion(values[0])
    return with_doubts(checked, doubts)


def confusions(value: str) -> Iterator[str]:
    """Yield `value` with one character replaced by one that looks like it, for every such change."""
    for place, char in enumerate(value):
        for other in (other for group in _ALIKE if char in group for other in group if other != char):
            if place not in _DIVISION or other.isdigit():
                yield value[:place] + other + value[place + 1 :]


def with_doubts(fields: Sequence[Field], doubts: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields, adding to each the doubt under its key, if any."""
    return tuple(
        replace(field, doubts=(*field.doubts, doubts[field.key])) if field.key in doubts else field for field in fields
    )
