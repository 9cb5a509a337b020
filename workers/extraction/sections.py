"""Which field a label belongs to that several share: what stands below 收件人 is the receiver's, until 寄件人 follows.

The sections are the prompt file's own: 收件人 begins one because it is a label of fields of one section only.
"""

from collections.abc import Sequence

from bot.domain.prompt import FieldSpec
from workers.extraction.labels import Label, normal_label


def is_in_section(label: Label, labels: Sequence[Label], spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    """Whether a shared label stands in the section of `spec`.

    A section begins at a label that only its fields have. Of several in one row the last that begins no further
    right than the label counts, because sections may stand side by side.
    """
    before = [
        other
        for other in labels
        if _begun_by(other.word, specs) and _is_above(other, label) and other.left < label.left + label.row.height
    ]
    last = max(before, key=lambda other: (_level(other, label), other.left), default=None)
    return last is not None and _begun_by(last.word, specs) == {section_of(spec)}


def section_of(spec: FieldSpec) -> str:
    """Return the section that a field belongs to, as its role begins, or without one its key: sender_name, sender."""
    return (spec.role or spec.key).partition("_")[0]


def _begun_by(word: str, specs: Sequence[FieldSpec]) -> set[str]:
    """Return the section that a label begins, nothing where several sections have it or none has several fields."""
    own = {section_of(spec) for spec in specs if word in {normal_label(one) for one in (spec.name, *spec.labels)}}
    return own if len(own) == 1 and sum(section_of(spec) in own for spec in specs) > 1 else set()


def _is_above(other: Label, label: Label) -> bool:
    return _level(other, label) < 0 or (_level(other, label) == 0 and other.left < label.left)


def _level(other: Label, label: Label) -> float:
    """Return how far below `label` a label stands, 0 in the same row."""
    return 0.0 if other.row is label.row else other.row.middle - label.row.middle
