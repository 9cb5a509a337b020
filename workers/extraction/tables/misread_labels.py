"""Labels of which an engine misread some characters, as on small or blurred pictures: 纳视人识制号 for 纳税人识别号."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from workers.extraction.label_words import is_label
from workers.extraction.labels import Label, normal_label
from workers.layout.text_rows import TextRow

_LEAST = 3  # characters; of shorter labels too little is left
_ALIKE = 0.6  # of a label's characters that were read, in their order
_SURE = 0.95  # of the engine's confidence: a label read with more is another one
_GAP = 1.0  # heights; a wider one ends what has no colon
_COLON = ":"


def common_characters(one: str, other: str) -> int:
    """Return how many characters two texts have in common in the same order."""
    lengths = [0] * (len(other) + 1)
    for char in one:
        before, lengths = lengths, [0]
        for at, also in enumerate(other):
            lengths.append(before[at] + 1 if char == also else max(lengths[at], before[at + 1]))
    return lengths[-1]


def misread_labels(
    rows: Sequence[TextRow], labels: Sequence[Label], words: Collection[str], known: Collection[str]
) -> tuple[Label, ...]:
    """Return what is like one of `words` alone, of which no label was found anywhere, and no `known` label itself."""
    present = {label.word for label in labels}
    wanted = {normal_label(word) for word in words} - present
    taken = {(id(label.row), at) for label in labels for at in range(label.start, label.end)}
    return tuple(
        Label(
            word=word,
            row=row,
            start=start,
            end=end + (row.text[end : end + 1] == _COLON),
            colon=row.text[end : end + 1] == _COLON,
        )
        for row in rows
        for start, end in _texts(row)
        if not any((id(row), at) in taken for at in range(start, end))
        and is_unsure(row, start, end)
        and not is_label(row.text[start:end], known)
        and (word := only_like(row.text[start:end], wanted))
    )


def _texts(row: TextRow) -> Iterator[tuple[int, int]]:
    """Yield where what may be a label begins and ends: up to a colon, or what stands apart."""
    starts = [
        at for at in range(len(row.chars)) if row.gap(at) > _GAP or row.chars[at].piece is not row.chars[at - 1].piece
    ]
    for start, end in pairwise([*starts, len(row.chars)]):
        colon = row.text.find(_COLON, start, end)
        yield start, colon if colon > start else end


def is_unsure(row: TextRow, start: int, end: int) -> bool:
    """Return whether the engine was unsure of all lines that a text is from."""
    lines = {id(char.piece.line): char.piece.line for char in row.chars[start:end]}.values()
    return all(line.confidence is not None and line.confidence < _SURE for line in lines)


def only_like(text: str, wanted: Collection[str], *, least: float = _ALIKE) -> str:
    """Return the label of which `least` or more of the characters were read, "" if it is none, or two as much."""
    possible = [form for form in wanted if len(form) >= _LEAST and _is_as_long(text, form, least)]
    shares = {form: common_characters(text, form) / max(len(text), len(form)) for form in possible}
    best = max(shares.values(), default=0.0)
    alike = [form for form, share in shares.items() if share == best]
    return alike[0] if best >= least and len(alike) == 1 else ""


def _is_as_long(text: str, form: str, least: float) -> bool:
    """Return whether a text is not so much longer or shorter than a label that too little of it would be left."""
    return min(len(text), len(form)) >= least * max(len(text), len(form))
