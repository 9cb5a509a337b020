"""Put what people say that values should be in place of what was read, for the answer only."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.asking.field_names import keys_of
from bot.domain.checking.money import money
from bot.domain.document import Document, Field, Status
from bot.domain.prompt import FieldType, Prompt
from bot.domain.replying.formatting import written
from bot.domain.task import Correction

_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")


def corrected(document: Document, corrections: Sequence[Correction], prompt: Prompt | None) -> Document:
    """Return `document` with the values that a person gave, each with what was read as its doubt, none of them checked.

    The later of two corrections of a field counts. One of a field that the document lacks becomes a doubt of its own.
    """
    specs, columns = (prompt.fields, prompt.columns) if prompt is not None else ((), ())
    values: dict[str, str] = {}
    unknown: list[str] = []
    for correction in corrections:
        keys = keys_of([correction.name], specs, columns)
        values |= dict.fromkeys(keys[:1], correction.value)
        unknown += [] if keys else [texts.talk.no_field_to_correct(correction.name)]
    types = {spec.key: spec.type for spec in specs}
    return replace(
        document,
        fields=tuple(
            _with_value(field, values[field.key], types[field.key]) if field.key in values else field
            for field in document.fields
        ),
        doubts=(*document.doubts, *unknown),
    )


def _with_value(field: Field, given: str, kind: FieldType) -> Field:
    value = _in_notation(given, kind)
    if value == field.value:
        return field
    reason = texts.talk.corrected(written(field.value, kind, yuan=True) if field.value else "")
    return replace(field, value=value, status=Status.UNCHECKED, box=None, doubts=(reason,), second=None)


def _in_notation(given: str, kind: FieldType) -> str:
    """Return a value in the notation of its type, as it was given if it has no such form."""
    if kind is FieldType.MONEY:
        amount = money(given.rstrip("元块").lstrip("¥￥"))
        return given if amount is None else f"{amount:.2f}"
    date = _DATE.fullmatch(given) if kind is FieldType.DATE else None
    return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else given
