"""Whose a label is that several fields share: what stands below 收件人 is the receiver's, until 寄件人 follows."""

from collections.abc import Sequence

from bot.domain.prompt import FieldSpec
from workers.extraction.labels import Mark, plain


def is_in_section(mark: Mark, marks: Sequence[Mark], spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    """Whether a shared label stands in the section of `spec`: fields of a section begin alike, as sender_name does.

    A section begins at a label that only its fields have. Of several in one row the last that begins no further
    right than the label counts, for sections may stand side by side.
    """
    before = [
        other
        for other in marks
        if _sections(other.word, specs) and _is_above(other, mark) and other.left < mark.left + mark.row.height
    ]
    last = max(before, key=lambda other: (_level(other, mark), other.left), default=None)
    return last is not None and _sections(last.word, specs) == {_section(spec)}


def _section(spec: FieldSpec) -> str:
    return spec.key.partition("_")[0]


def _sections(word: str, specs: Sequence[FieldSpec]) -> set[str]:
    """Return the section of a label that only one section has, nothing for others."""
    found = {_section(spec) for spec in specs if word in {plain(label) for label in (spec.name, *spec.labels)}}
    return found if len(found) == 1 and sum(_section(spec) in found for spec in specs) > 1 else set()


def _is_above(other: Mark, mark: Mark) -> bool:
    return _level(other, mark) < 0 or (_level(other, mark) == 0 and other.left < mark.left)


def _level(other: Mark, mark: Mark) -> float:
    """How far down a label stands, 0 in the row of `mark`."""
    return 0.0 if other.row is mark.row else other.row.middle - mark.row.middle
