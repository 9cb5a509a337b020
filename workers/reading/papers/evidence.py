"""What shows that lines are one paper, and that two papers are different ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.document import Box, Field, Line, Status, box_around
from bot.domain.prompt import Prompt, recognise, squeezed, squeezed_word
from workers.extraction.fields import find_fields

LEAST_LINES: Final = 3  # of a paper
_LEAST_DIFFERING: Final = 2  # values; a single one may be misread, or printed twice with different meanings
_ENOUGH: Final = 4  # values that differ plus words that repeat; values or words of a paper of another kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOnPage:
    """One of several papers in a picture: the lines on it, the box around them, and its kind."""

    kind: Prompt
    lines: tuple[Line, ...]
    fields: tuple[Field, ...]  # of its kind

    @property
    def box(self) -> Box:
        """The box around its lines."""
        return box_around(self.lines)

    @property
    def clear_values(self) -> int:
        """How many fields have one value that nothing speaks against."""
        return sum(field.status is Status.UNCHECKED for field in self.fields)


def as_paper(lines: Sequence[Line], kinds: Sequence[Prompt]) -> PaperOnPage | None:
    """Return lines as a paper, None if they are too few or of no known kind."""
    kind = recognise("\n".join(line.text for line in lines), kinds) if len(lines) >= LEAST_LINES else None
    if kind is None:
        return None
    return PaperOnPage(kind=kind, lines=tuple(lines), fields=find_fields(lines, kind.fields))


def are_different(ones: Sequence[PaperOnPage], others: Sequence[PaperOnPage], *, upright: bool) -> bool:
    """Return whether no paper of `ones` can belong to one of `others`, on the other side of a corridor.

    Copies of one paper may lie among them, if other papers show that the corridor lies between papers.
    """
    pairs = [(one, other) for one in ones for other in others]
    apart = [_are_apart(one, other, upright=upright) for one, other in pairs]
    return any(apart) and all(are or _are_copies(*pair) for are, pair in zip(apart, pairs, strict=True))


def _are_apart(one: PaperOnPage, other: PaperOnPage, *, upright: bool) -> bool:
    if one.kind.name == other.kind.name:
        return _contradict(one, other, upright=upright)
    return _is_whole(one) and _is_whole(other)


def _contradict(one: PaperOnPage, other: PaperOnPage, *, upright: bool) -> bool:
    """Return whether two papers of one kind have other values for what each paper has once, under the same words.

    Words of the form need not repeat if each field has two values, left and right: no form is printed so.
    """
    kind, (shared, differing) = one.kind, _compared(one, other)
    number = kind.duplicates.number if kind.duplicates else ""
    is_copy = number in shared - differing if number else len(differing) <= len(shared) - len(differing)
    if is_copy or len(differing) < _LEAST_DIFFERING or not differing & _naming_keys(kind):
        return False
    is_all = upright and len(differing) == len(kind.fields)
    return is_all or len(differing) + len(_words_on(one) & _words_on(other)) >= _ENOUGH


def _are_copies(one: PaperOnPage, other: PaperOnPage) -> bool:
    """Return whether both are whole papers of one kind and number."""
    number = one.kind.duplicates.number if one.kind.duplicates else ""
    shared, differing = _compared(one, other) if one.kind.name == other.kind.name else (set[str](), set[str]())
    return number in shared - differing and _is_whole(one) and _is_whole(other)


def _compared(one: PaperOnPage, other: PaperOnPage) -> tuple[set[str], set[str]]:
    """Return the keys of which both papers have a value, and those of which the values differ."""
    values = [{field.key: squeezed(field.value) for field in paper.fields if field.value} for paper in (one, other)]
    shared = values[0].keys() & values[1].keys()
    return shared, {key for key in shared if _is_other_value(values[0][key], values[1][key])}


def _is_other_value(one: str, other: str) -> bool:
    return one not in other and other not in one


def words_of(kind: Prompt) -> list[str]:
    """Return the words by which a kind is recognised, as they stand in squeezed text."""
    return [*dict.fromkeys(map(squeezed_word, kind.detect))]


def _words_on(paper: PaperOnPage) -> set[str]:
    text = squeezed("\n".join(line.text for line in paper.lines))
    return {word for word in words_of(paper.kind) if word in text}


def _naming_keys(kind: Prompt) -> set[str]:
    number = {kind.duplicates.number, *kind.duplicates.otherwise} if kind.duplicates else set[str]()
    return number | {*kind.headline} | _required_keys(kind)


def _required_keys(kind: Prompt) -> set[str]:
    return {spec.key for spec in kind.fields if spec.required}


def _is_whole(paper: PaperOnPage) -> bool:
    """Return whether a paper has what its kind always has; with many of its words, one value may be unreadable."""
    kind, keys = paper.kind, {field.key for field in paper.fields if field.value}
    missing = (_required_keys(kind) or {*kind.headline}) - keys
    enough = min(_ENOUGH, -(-len(kind.fields) // 2))
    return len(keys) >= enough and len(missing) <= (len(_words_on(paper)) >= _ENOUGH)


def number_labels(kind: Prompt) -> list[str]:
    """Return the names and labels of the number and the code of a kind's papers, as they stand in squeezed text."""
    keys = {kind.duplicates.number, kind.duplicates.code} if kind.duplicates else set[str]()
    labels = (label for spec in kind.fields if spec.key in keys for label in (spec.name, *spec.labels))
    return [squeezed_word(label) for label in labels if not label.isascii()]


def has_two_numbers(text: str, kind: Prompt) -> bool:
    """Return whether a squeezed text has two different numbers of a paper, and other words of the form twice too."""
    if kind.duplicates is None:
        return False
    names = [(spec.name, *spec.labels) for spec in kind.fields if spec.key == kind.duplicates.number]
    labels = "|".join(re.escape(squeezed(name)) for of_spec in names for name in of_spec if not name.isascii())
    numbers = set(re.findall(rf"(?:{labels}):?([0-9a-z]{{8,}})", text)) if labels else set()
    return len(numbers) > 1 and sum(text.count(word) > 1 for word in words_of(kind)) >= _ENOUGH


def labels_of(kinds: Sequence[Prompt]) -> frozenset[str]:
    """Return the words by which kinds are recognised and the names of their fields, as they stand in squeezed text."""
    names = (squeezed_word(spec.name) for kind in kinds for spec in kind.fields)
    words = (word for kind in kinds for word in words_of(kind))
    return frozenset(word for word in (*names, *words) if len(word) > 1)
