"""The columns of a table whose head is hardly legible, from the form of what stands in them and from their order.

A column is named only if no other one fits there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.form_words import FORM_LABELS
from workers.extraction.labels import Label, find_labels
from workers.extraction.table_header import Column, Head, labels_of, rows_between
from workers.extraction.tables.misread_labels import common_characters
from workers.extraction.tables.table_words import FREE, fits
from workers.extraction.tables.touching_heads import touching_heads
from workers.layout.text_rows import TextRow

_SLACK = 0.8  # heights between the labels of one head
_WORD_GAP = 1.2  # heights; a wider one separates two heads
_LEAST_NAMED = 2.0  # labels of a head that were read, one of which half was read counting half
_LONG = 3  # characters of a label of which half is enough
_SAME_COLUMN = 0.5  # of the narrower of two words that stand below each other
_OF_ONE_FORM = 0.6  # of the words in a column that have the form of its values
_LEAST_STRICT = 2  # columns whose values have a form of their own
_MOST_CELLS = 10  # side by side: of a wider table too many columns fit
_MOST_STACKS = 100  # that the words of a table begin with, before wider ones join them
_SPACE = 0.8  # heights; a wider gap separates two words of a line


@dataclass(frozen=True, kw_only=True)
class _PossibleLabel:
    """What may be a label of a head, and the keys of the columns that it may name."""

    label: Label
    keys: frozenset[str]
    weight: float


@dataclass(frozen=True, kw_only=True)
class _Stack:
    """Words that stand below each other, from `left` to `right`."""

    words: tuple[str, ...]
    left: float
    right: float

    def fits(self, spec: FieldSpec) -> bool:
        """Return whether most of the words are values of a column; words that are numbers are no texts."""
        if spec.type in FREE and not spec.patterns:
            return not self.is_number
        return sum(_fits(spec, word) for word in self.words) >= _OF_ONE_FORM * len(self.words)

    @property
    def is_number(self) -> bool:
        """Whether most of the words are numbers, amounts or rates."""
        return sum(any(fits(spec, word) for spec in _NUMBERS) for word in self.words) > len(self.words) / 2


_NUMBERS = tuple(FieldSpec(name="", key="", type=kind) for kind in (FieldType.NUMBER, FieldType.MONEY, FieldType.RATE))


def head_by_form(rows: Sequence[TextRow], specs: Sequence[FieldSpec], ends: Sequence[str] = ()) -> Head | None:
    """Return the head and the rows of the table with the columns `specs`, found by what is legible of its head.

    None if there is no such table, if it has no end as for `find_head`, or if its columns may be others as well.
    """
    headings = _headings(rows, specs)
    if not headings:
        return None
    inside = rows_between(rows, [heading.label for heading in headings], ends)
    stacks = _stacks(inside)
    named = _named_stacks(stacks, headings, specs)
    if named is None:
        return None
    columns = (Column(spec=named.get(at), left=stack.left, right=stack.right) for at, stack in enumerate(stacks))
    return Head(columns=tuple(columns), rows=inside, complete=True)


def _headings(rows: Sequence[TextRow], specs: Sequence[FieldSpec]) -> tuple[_PossibleLabel, ...]:
    """Return the headings of the row of which most are legible; nothing if there is none or another is as good."""
    words = labels_of(specs)
    exact = find_labels(rows, {*FORM_LABELS, *words})
    exact = (*exact, *touching_heads(rows, exact, words))
    every = [heading for row in rows for heading in _headings_in(row, [one for one in exact if one.row is row], words)]
    level = [[one for one in every if abs(one.label.row.middle - row.middle) < _SLACK * row.height] for row in rows]
    best = max(level, key=_weight, default=[])
    others = (group for group in level if not any(one in best for one in group))
    if _weight(best) < _LEAST_NAMED or any(_weight(group) >= _LEAST_NAMED for group in others):
        return ()
    return tuple(best)


def _weight(headings: Sequence[_PossibleLabel]) -> float:
    return sum(heading.weight for heading in headings)


def _headings_in(row: TextRow, exact: Sequence[Label], words: Mapping[str, FieldSpec]) -> Iterator[_PossibleLabel]:
    """Yield the labels in a row and what is like one of them."""
    taken = {at for label in exact for at in range(label.start, label.end)}
    for label in exact:
        if label.word in words and not label.colon:
            yield _PossibleLabel(label=label, keys=frozenset({words[label.word].key}), weight=1)
    starts = [at for at in range(len(row.chars)) if row.gap(at) > _WORD_GAP or row.chars[at].spaced]
    for start, end in pairwise([*starts, len(row.chars)]):
        if taken.isdisjoint(range(start, end)):
            alike = {word for word in words if _is_like(row.text[start:end], word)}
            if alike:
                label = Label(word=row.text[start:end], row=row, start=start, end=end, colon=False)
                weight = 1 if any(len(word) >= _LONG for word in alike) else 1 / 2
                yield _PossibleLabel(label=label, keys=frozenset(words[word].key for word in alike), weight=weight)


def _is_like(text: str, word: str) -> bool:
    """Return whether half of a label's characters were read, in their order, and not many others."""
    longest = max(len(text), len(word))
    if 2 * min(len(text), len(word)) < longest or any(char.isdigit() for char in text):
        return False
    return 2 * common_characters(text, word) >= longest


def _stacks(rows: Sequence[TextRow]) -> tuple[_Stack, ...]:
    """Return the words of the rows in the columns that they form, from left to right."""
    stacks: list[_Stack] = []
    words = [word for row in rows for word in _row_words(row)]
    for word in sorted(words, key=lambda one: one.right - one.left):
        if len(stacks) > _MOST_STACKS:
            return ()
        below = [stack for stack in stacks if _stand_below(stack, word)]
        stacks = [stack for stack in stacks if stack not in below]
        every = (word, *below)
        stacks.append(
            _Stack(
                words=tuple(text for one in every for text in one.words),
                left=min(one.left for one in every),
                right=max(one.right for one in every),
            )
        )
    return tuple(sorted(stacks, key=lambda stack: stack.left))


def _row_words(row: TextRow) -> Iterator[_Stack]:
    pieces = [char.piece for char in row.chars]
    starts = [at for at in range(len(row.chars)) if at == 0 or pieces[at] is not pieces[at - 1] or row.gap(at) > _SPACE]
    for start, end in pairwise([*starts, len(row.chars)]):
        yield _Stack(words=(row.text[start:end],), left=row.chars[start].left, right=row.chars[end - 1].right)


def _stand_below(one: _Stack, other: _Stack) -> bool:
    overlap = min(one.right, other.right) - max(one.left, other.left)
    return overlap > _SAME_COLUMN * min(one.right - one.left, other.right - other.left)


def _named_stacks(
    stacks: Sequence[_Stack], headings: Sequence[_PossibleLabel], specs: Sequence[FieldSpec]
) -> dict[int, FieldSpec] | None:
    """Return the columns of the stacks by their places, as far as each way to name them agrees; None if none does."""
    if not stacks or len(stacks) > _MOST_CELLS:
        return None
    allowed = [_keys_above(stack, stacks, headings) for stack in stacks]
    ways = [
        way
        for form in dict.fromkeys(spec.form for spec in specs if spec.form) or [""]
        for way in _ways(stacks, allowed, [spec for spec in specs if spec.form in {"", form}])
    ]
    required = {spec.key for spec in specs if spec.required}
    whole = [way for way in ways if required <= {spec.key for spec in way.values()}]
    most = max(map(len, whole), default=0)
    best = [way for way in whole if len(way) == most]
    agreed = {at: spec for at, spec in best[0].items() if all(way.get(at) == spec for way in best)} if best else {}
    strict = [spec for spec in agreed.values() if spec.type not in FREE or spec.patterns]
    is_known = required <= {spec.key for spec in agreed.values()} and len(strict) >= _LEAST_STRICT
    return agreed if is_known else None


def _keys_above(stack: _Stack, stacks: Sequence[_Stack], headings: Sequence[_PossibleLabel]) -> frozenset[str]:
    """Return the keys that the heading above a stack names, where it stands above no other; none if there is none."""
    above = [one for one in headings if _overlap_with(stack, one.label) > 0]
    own = [one for one in above if all(other is stack or _overlap_with(other, one.label) <= 0 for other in stacks)]
    return own[0].keys if len(own) == 1 else frozenset()


def _overlap_with(stack: _Stack, label: Label) -> float:
    return min(stack.right, label.right) - max(stack.left, label.left)


def _ways(
    stacks: Sequence[_Stack], allowed: Sequence[Collection[str]], specs: Sequence[FieldSpec], at: int = 0
) -> Iterator[dict[int, FieldSpec]]:
    """Yield the ways to name stacks by columns in their order; each that holds numbers has a name."""
    if at == len(stacks):
        yield {}
        return
    stack = stacks[at]
    for place, spec in enumerate(specs):
        if (not allowed[at] or spec.key in allowed[at]) and stack.fits(spec):
            for rest in _ways(stacks, allowed, specs[place + 1 :], at + 1):
                yield {at: spec, **rest}
    if not stack.is_number:
        yield from _ways(stacks, allowed, specs, at + 1)


def _fits(spec: FieldSpec, word: str) -> bool:
    """Return whether a word is a value of a column; an amount has cents."""
    return fits(spec, word) and (spec.type is not FieldType.MONEY or "." in word)
