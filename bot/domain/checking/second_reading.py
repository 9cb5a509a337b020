"""Comparing the values that nothing can check with those that a second engine read by itself.

Two engines that read the same may both be wrong, so that agreement is evidence and never a proof: no value becomes
CHECKED by it. Two that differ cannot both be right, so that the value becomes DOUBTFUL.

Values are compared after NFKC (full-width characters become half-width ones) and without regard to case and white
space; dashes, quotes, brackets, dots, commas and colons count as one of their kind, and stops at the end do not count.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain import texts
from bot.domain.checking.role_uses import INVOICE_CHECK, uses_of
from bot.domain.document import Agreement, Box, Field, Source, Status
from bot.domain.prompt import FieldSpec, Prompt

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\uff0d\uff5e~", "-"),
        **dict.fromkeys("\u2018\u2019\u201c\u201d\u300c\u300d\u300e\u300f\uff02\uff07'`", '"'),
        **dict.fromkeys("\u3014\u3010\uff08\uff3b[\u3008\u300a", "("),
        **dict.fromkeys("\u3015\u3011\uff09\uff3d]\u3009\u300b", ")"),
        **dict.fromkeys("\u00b7\u2022\u2027\u30fb\u3002\uff0e", "."),
        **dict.fromkeys("\u3001\uff0c\uff1b;", ","),
        "\uff1a": ":",
        "\uffe5": "\u00a5",
    }
)
_ENDS: Final = ".,:"


def may_stay_unchecked(prompt: Prompt) -> bool:
    """Return whether documents of a kind have fields that no check of it is about, such as names and remarks."""
    named = {key for check in prompt.checks for key in check.keys}
    is_invoice = any(check.name == INVOICE_CHECK for check in prompt.checks)
    return any(spec.key not in named and not (is_invoice and _is_in_invoice_check(spec)) for spec in prompt.fields)


def _is_in_invoice_check(spec: FieldSpec) -> bool:
    return spec.role is not None and uses_of(spec.role) != uses_of(spec.role, checked=False)


def with_second_readings(
    fields: Sequence[Field], second: Sequence[Field], specs: Sequence[FieldSpec]
) -> tuple[Field, ...]:
    """Return the checked `fields` compared with those that a second engine found on the same pages.

    Only those that a model read and nothing has checked or doubted are compared, and only at the same place where both
    places are known. A value of which the second engine is itself unsure raises no doubt, and neither does a part of a
    value that may take several lines. The doubt about a masked field does not name the other value.
    """
    others = {field.key: field for field in second if field.value}
    spec_of = {spec.key: spec for spec in specs}
    return tuple(
        _compared(field, others[field.key], spec_of[field.key])
        if field.key in others and field.key in spec_of and _is_open(field)
        else field
        for field in fields
    )


def _is_open(field: Field) -> bool:
    return bool(field.value) and field.status is Status.UNCHECKED and field.source is Source.MODEL


def _compared(field: Field, other: Field, spec: FieldSpec) -> Field:
    if not _may_be_one_place(field, other):
        return field
    one, two = comparable(field.value), comparable(other.value)
    if one == two:
        return replace(field, second=Agreement.SAME)
    is_part = spec.lines > 1 and (one in two or two in one)
    if is_part or other.status is Status.DOUBTFUL:
        return field
    doubt = texts.warnings.doubt_second_engine(field.value, "" if spec.masked else other.value)
    return replace(field, status=Status.DOUBTFUL, doubts=(*field.doubts, doubt), second=Agreement.DIFFERENT)


def comparable(value: str) -> str:
    """Return a value in the form in which two readings of it are compared; see the head of this module."""
    folded = unicodedata.normalize("NFKC", value.translate(_ALIKE)).casefold().translate(_ALIKE)
    return "".join(folded.split()).rstrip(_ENDS)


def _may_be_one_place(one: Field, other: Field) -> bool:
    if None not in (one.page, other.page) and one.page != other.page:
        return False
    return one.box is None or other.box is None or _overlap(one.box, other.box)


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) > max(one.left, other.left)
    return across and min(one.bottom, other.bottom) > max(one.top, other.top)
