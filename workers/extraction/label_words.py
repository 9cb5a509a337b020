"""Labels that were read where a value should stand: an empty box is followed by the label of the next one."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Final

from bot.domain.prompt import FieldSpec
from workers.extraction.form_words import BUTTONS, FORM_LABELS, LABELS_OF_PAPERS
from workers.extraction.labels import normal_label
from workers.layout.text_rows import fold

_LEAST: Final = 2  # characters of a label that is no value; single ones stand in names and codes
_LEAST_PART: Final = 4  # characters of a part of one: 身份证件号码 of 有效身份证件号码
_PART: Final = 0.6  # of the label, at least
_NOTE: Final = re.compile(r"\((?:[^()\d]{1,4}|[^()]*[盖章签][^()]*)\)")  # (盖章), however it was read
_FEE: Final = "费"  # ends labels of amounts that are also what people pay for: 手续费, 通行费


def label_words(specs: Sequence[FieldSpec]) -> frozenset[str]:
    """Return the labels, of a kind and of papers in general, that are no values on a paper of this kind."""
    return _words_of(tuple(word for spec in specs for word in (spec.name, *spec.labels)))


@lru_cache(maxsize=256)
def _words_of(own: tuple[str, ...]) -> frozenset[str]:
    words = map(normal_label, (*own, *FORM_LABELS, *BUTTONS, *LABELS_OF_PAPERS))
    return frozenset(word.casefold() for word in words if len(word) >= _LEAST and not word.endswith(_FEE))


def is_label(value: str, words: Collection[str]) -> bool:
    """Return whether a value is one of these labels, the beginning or the end of one, or several in a row."""
    text = normal_label(value).casefold()
    if len(text) < _LEAST or text.isdigit():
        return False
    return any(_is_part(text, word) for word in words) or _is_row_of(text, words)


def is_note(value: str) -> bool:
    """Return whether a value is a note in brackets that says what is to be done there, such as where to stamp."""
    return _NOTE.fullmatch(fold(value)) is not None


def label_beside(value: str, words: Iterable[str]) -> str:
    """Return the long label with which a value begins or ends, so that it may be half of another's; "" if none does."""
    text = normal_label(value).casefold()
    long = (word for word in words if len(word) >= _LEAST_PART and len(word) < len(text) and not word.isascii())
    return max((word for word in long if text.startswith(word) or text.endswith(word)), key=len, default="")


def _is_part(text: str, word: str) -> bool:
    if text == word:
        return True
    is_long = len(text) >= max(_LEAST_PART, _PART * len(word))
    return is_long and (word.startswith(text) or word.endswith(text))


def _is_row_of(text: str, words: Collection[str]) -> bool:
    """Return whether a text is nothing but labels one behind the other."""
    ends = {0}
    for start in range(len(text)):
        if start in ends:
            ends |= {start + len(word) for word in words if text.startswith(word, start)}
    return len(text) in ends
