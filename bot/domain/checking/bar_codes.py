"""Compare a printed number with the bar code that repeats it."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain import texts
from bot.domain.checking.verdicts import Verdict, with_verdicts
from bot.domain.document import Field, Source
from bot.domain.prompt import squeezed

_DASHES = re.compile(r"[-\u2010-\u2015\u2212]")
_CODE = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"(?=(?:[a-z]*[0-9]){8})[a-z0-9]{8,30}")  # the form of parcel numbers
_PARTS = re.compile(r"[^0-9A-Za-z]+")
_LEAST_PART: Final = 6  # characters; shorter values may stand in a code by chance
_MOST_NAMED: Final = 3  # the most codes that one doubt lists


def bar_code(fields: Sequence[Field], key: str, codes: Iterable[str]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Compare the field of this key with the texts of the codes on the page; return the fields and doubts.

    An equal code confirms the value; codes that look like such a number but differ make it doubtful. Without either,
    the value stays as it is and the document gets a doubt that nothing confirmed it, unless the value comes from the
    file's own data: then nothing was read from a picture.
    """
    field = next((field for field in fields if field.key == key and field.value), None)
    if field is None:
        return tuple(fields), ()
    by_number = {_without_dashes(code): " ".join(code.split()) for code in codes}
    value = _without_dashes(field.value)
    if _CODE.fullmatch(value) and value in by_number:
        return with_verdicts(fields, [Verdict(keys=(key,))]), ()
    if others := [code for number, code in by_number.items() if _NUMBER.fullmatch(number)]:
        reason = texts.warnings.doubt_bar_code(others[:_MOST_NAMED], field.value)
        return with_verdicts(fields, [Verdict(keys=(key,), reason=reason)]), ()
    return tuple(fields), () if field.source is Source.EMBEDDED else (texts.warnings.bar_code_unread(field.name),)


def held_by_code(fields: Sequence[Field], key: str, codes: Iterable[str]) -> tuple[Field, ...]:
    """Confirm the field of this key if a code on the page has its value as a part, such as one of an address.

    Capitals count, and short values are never confirmed. A code without the value shows nothing.
    """
    parts = {part for code in codes for part in _PARTS.split(code) if len(part) >= _LEAST_PART}
    holds = any(field.key == key and field.value in parts for field in fields)
    return with_verdicts(fields, [Verdict(keys=(key,))] if holds else [])


def _without_dashes(text: str) -> str:
    return _DASHES.sub("", squeezed(text))
