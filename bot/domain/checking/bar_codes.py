"""A printed number beside the bar code that repeats it."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.checking.verdicts import Verdict, judged
from bot.domain.document import Field, Source
from bot.domain.prompt import squeezed
from bot.domain.texts import chat as texts

_DASHES = re.compile(r"[-\u2010-\u2015\u2212]")
_CODE = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"(?=(?:[a-z]*[0-9]){8})[a-z0-9]{8,30}")  # as those of parcels are written
_MOST_NAMED: Final = 3  # codes in one doubt


def bar_code(fields: Sequence[Field], key: str, codes: Iterable[str]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Hold the field of this key against the texts of the codes on the page; return the fields and a doubt.

    A code that says the same confirms the value; codes that look like such numbers and differ make it doubtful. With
    neither the value stays as it was read, and a doubt about the whole says so. What a file says by itself was not
    read on a picture: only a code can add to it.
    """
    field = next((field for field in fields if field.key == key and field.value), None)
    if field is None:
        return tuple(fields), ()
    found = {_plain(code): " ".join(code.split()) for code in codes}
    value = _plain(field.value)
    if _CODE.fullmatch(value) and value in found:
        return judged(fields, [Verdict(keys=(key,))]), ()
    if others := [code for plain, code in found.items() if _NUMBER.fullmatch(plain)]:
        reason = texts.doubt_bar_code(others[:_MOST_NAMED], field.value)
        return judged(fields, [Verdict(keys=(key,), reason=reason)]), ()
    return tuple(fields), () if field.source is Source.EMBEDDED else (texts.bar_code_unread(field.name),)


def _plain(text: str) -> str:
    return _DASHES.sub("", squeezed(text))
