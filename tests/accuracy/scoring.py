"""Scores readings: each labelled field is right, missing or wrong, and a wrong one may have been marked ✅."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.document import Document, Status

_SIGNS = str.maketrans({"〔": "(", "〕": ")", "【": "[", "】": "]", "。": ".", "、": ",", "￥": "¥", "·": "", "•": ""})


class Verdict(StrEnum):
    """How a value compares with the truth."""

    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One labelled field of one document."""

    case: str
    kind: str
    condition: str
    field: str
    expected: str
    got: str
    verdict: Verdict
    checked: bool  # whether it was marked ✅
    doubted: bool = False  # whether it was marked ⚠️

    @property
    def misled(self) -> bool:
        """Whether a wrong value was marked ✅, which must never happen."""
        return self.verdict is Verdict.WRONG and self.checked

    @property
    def unmarked(self) -> bool:
        """Whether a wrong value was shown without a warning."""
        return self.verdict is Verdict.WRONG and not self.doubted

    @property
    def key(self) -> tuple[str, str]:
        """The key of the same field in another run."""
        return self.case, self.field


def plain(value: str) -> str:
    """Return a value normalised for comparison: NFKC, no spaces, one kind of brackets and stops."""
    return "".join(unicodedata.normalize("NFKC", value.translate(_SIGNS)).translate(_SIGNS).split())


def compare(expected: str, got: str) -> Verdict:
    """Compare a value with the truth; if that is "", nothing must be read."""
    if plain(expected) == plain(got):
        return Verdict.RIGHT
    return Verdict.WRONG if got else Verdict.MISSING


def score_fields(
    document: Document, truth: Mapping[str, str], *, case: str, kind: str, condition: str
) -> tuple[Score, ...]:
    """Score every field that the truth names, by its name for people."""
    found = {field.name: field for field in document.fields}
    scores = []
    for name, expected in truth.items():
        field = found.get(name)
        got = field.value if field else ""
        scores.append(
            Score(
                case=case,
                kind=kind,
                condition=condition,
                field=name,
                expected=expected,
                got=got,
                verdict=compare(expected, got),
                checked=field is not None and field.status is Status.CHECKED,
                doubted=field is not None and field.status is Status.DOUBTFUL,
            )
        )
    return tuple(scores)


def score_rows(
    document: Document, truth: Sequence[Mapping[str, str]], *, case: str, kind: str, condition: str
) -> tuple[Score, ...]:
    """Score every cell of every line, an empty one too, by the line's number and the column's name.

    Lines are compared in order; a line that is not on the document counts as wrong in each of its cells.
    """
    scores: list[Score] = []
    for number in range(max(len(document.rows), len(truth))):
        expected = truth[number] if number < len(truth) else {}
        cells = document.rows[number].cells if number < len(document.rows) else ()
        found = replace(document, fields=cells)
        names = dict.fromkeys([*expected, *(cell.name for cell in cells if cell.value)])
        whole = {name: expected.get(name, "") for name in names}
        of_line = score_fields(found, whole, case=case, kind=kind, condition=condition)
        scores += [replace(one, field=f"{number + 1}.{one.field}") for one in of_line]
    return tuple(scores)


def score_phrases(text: str, phrases: Iterable[str], *, case: str, kind: str, condition: str) -> tuple[Score, ...]:
    """Score phrases that must be in the text; width, case and spaces do not matter."""
    page = plain(text).casefold()
    return tuple(
        Score(
            case=case,
            kind=kind,
            condition=condition,
            field=phrase,
            expected=phrase,
            got=phrase if plain(phrase).casefold() in page else "",
            verdict=Verdict.RIGHT if plain(phrase).casefold() in page else Verdict.MISSING,
            checked=False,
        )
        for phrase in phrases
    )


def worse(now: Sequence[Score], before: Mapping[tuple[str, str], Verdict]) -> tuple[Score, ...]:
    """Return the fields that were right before and are not now, and those that were missing before and are wrong."""
    order = (Verdict.RIGHT, Verdict.MISSING, Verdict.WRONG)
    return tuple(one for one in now if order.index(one.verdict) > order.index(before.get(one.key, Verdict.WRONG)))
