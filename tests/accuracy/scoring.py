"""What a reading is worth: each labelled field right, missing or wrong, and whether a wrong one was marked ✅."""

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
    checked: bool  # whether the person saw ✅ beside it

    @property
    def misled(self) -> bool:
        """Whether a wrong value was vouched for: the one thing that must not happen."""
        return self.verdict is Verdict.WRONG and self.checked

    @property
    def key(self) -> tuple[str, str]:
        """What the same field has in another run."""
        return self.case, self.field


def plain(value: str) -> str:
    """Return a value as it is compared: NFKC, no spaces, brackets and stops of one kind."""
    return "".join(unicodedata.normalize("NFKC", value.translate(_SIGNS)).translate(_SIGNS).split())


def compare(expected: str, got: str) -> Verdict:
    """Compare a value with the truth; a truth of "" says that nothing must be found."""
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
            )
        )
    return tuple(scores)


def score_rows(
    document: Document, truth: Sequence[Mapping[str, str]], *, case: str, kind: str, condition: str
) -> tuple[Score, ...]:
    """Score every cell of every line, an empty one too, by the line's number and the column's name.

    The lines are compared in their order; one that is not on the paper is wrong with each of its cells.
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
    """Score phrases that must stand in the text; width, case and spaces do not matter."""
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
    """Return the fields that were right before and are not now, and those missing before and wrong now."""
    order = (Verdict.RIGHT, Verdict.MISSING, Verdict.WRONG)
    return tuple(one for one in now if order.index(one.verdict) > order.index(before.get(one.key, Verdict.WRONG)))
