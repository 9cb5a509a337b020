"""Sections of a form: a label that several fields share belongs to the section in which it stands.

Below 收件人 a name is the receiver's, until 寄件人 follows. The prompt file defines the sections: 收件人 begins one
because only fields of one section have it as a label.
"""

from collections.abc import Sequence

from bot.domain.prompt import FieldSpec
from workers.extraction.labels import Label, normal_label


def is_in_section(label: Label, labels: Sequence[Label], spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    """Return whether a shared label stands in the section of `spec`.

    A section begins at a label that only its fields have. Sections may stand side by side: of several beginnings in one
    row, the last one that is not right of the label counts.
    """
    beginnings = [
        other
        for other in labels
        if _section_begun_by(other.word, specs)
        and _is_before(other, label)
        and other.left < label.left + label.row.height
    ]
    last = max(beginnings, key=lambda other: (_distance_below(other, label), other.left), default=None)
    return last is not None and _section_begun_by(last.word, specs) == {section_of(spec)}


def section_of(spec: FieldSpec) -> str:
    """Return the section of a field, the first word of its role or, without a role, its key: sender of sender_name."""
    return (spec.role or spec.key).partition("_")[0]


def _section_begun_by(word: str, specs: Sequence[FieldSpec]) -> set[str]:
    """Return the one section of several fields that has this label; nothing if several sections have it."""
    sections = {section_of(spec) for spec in specs if word in map(normal_label, (spec.name, *spec.labels))}
    return sections if len(sections) == 1 and sum(section_of(spec) in sections for spec in specs) > 1 else set()


def _is_before(other: Label, label: Label) -> bool:
    distance = _distance_below(other, label)
    return distance < 0 or (distance == 0 and other.left < label.left)


def _distance_below(other: Label, label: Label) -> float:
    """Return how far `other` stands below `label`, 0 in the same row, negative above it."""
    return 0.0 if other.row is label.row else other.row.middle - label.row.middle
