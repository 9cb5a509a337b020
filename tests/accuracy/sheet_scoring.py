"""Scores sheets with several papers: which papers are found, and which values come from another paper."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.document import Document, Field
from tests.accuracy.composed_sheets import ComposedSheet, PastedPaper
from tests.accuracy.scoring import Score, Verdict, plain, score_fields, score_rows

_HEADS = (
    "sheets", "number", "papers", "found", "too many", "fields", "right", "missing", "wrong", "wrong ✅", "crossing"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetScore:
    """One sheet: its papers, those found, documents that are no paper of it, and values from another paper."""

    name: str
    kind: str
    papers: int
    found: int
    surplus: int
    crossing: tuple[str, ...]
    fields: tuple[Score, ...]

    @property
    def is_clean(self) -> bool:
        """Whether each paper was found and nothing else."""
        return self.found == self.papers and not self.surplus and not self.crossing


def score_sheet(document: Document, sheet: ComposedSheet) -> SheetScore:
    """Score what was read of a sheet. A paper is found if one document of its kind has its values, and only its."""
    chosen = [(one, _paper_of(one, sheet)) for one in document.papers] if document.others else [(document, None)]
    times = Counter(id(paper) for _, paper in chosen if paper is not None)
    found = [
        (one, paper)
        for one, paper in chosen
        if paper is not None and paper.prompt == one.prompt and times[id(paper)] == 1
    ]
    crossing = [said for one, paper in chosen if paper is not None for said in _crossing(one, paper, sheet)]
    return SheetScore(
        name=sheet.name,
        kind=sheet.kind,
        papers=len(sheet.papers),
        found=len(found),
        surplus=len(chosen) - len(found) if document.others else 0,
        crossing=tuple(crossing),
        fields=tuple(score for one, paper in found for score in _scores(one, paper, sheet)),
    )


def _values(document: Document) -> Iterator[Field]:
    yield from (field for field in document.fields if field.value)
    yield from (cell for row in document.rows for cell in row.cells if cell.value)


def _paper_at(field: Field, sheet: ComposedSheet) -> PastedPaper | None:
    """Return the paper on which a value was read: the uppermost at its middle."""
    box = field.box
    if box is None:
        return None
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return next((paper for paper in reversed(sheet.papers) if paper.holds(x, y)), None)


def _paper_of(document: Document, sheet: ComposedSheet) -> PastedPaper | None:
    """Return the paper on which most of a document's values were read."""
    places = [paper for field in _values(document) if (paper := _paper_at(field, sheet)) is not None]
    return max(places, key=lambda one: sum(other is one for other in places), default=None)


def _crossing(document: Document, paper: PastedPaper, sheet: ComposedSheet) -> Iterator[str]:
    """Yield the values that stand on another paper or beside all, or that only another paper has."""
    own = {plain(value) for value in _truths(paper)}
    others = {plain(value) for other in sheet.papers if other is not paper for value in _truths(other)}
    for field in _values(document):
        at = _paper_at(field, sheet)
        is_elsewhere = at is not paper if field.box is not None else plain(field.value) in others - own
        if is_elsewhere and not (plain(field.value) in own and at is not None):
            yield f"{sheet.name}, {document.prompt}, {field.name}: {field.value}"


def _truths(paper: PastedPaper) -> Iterator[str]:
    yield from paper.drawn.truth.values()
    yield from (value for row in paper.drawn.rows for value in row.values())


def _scores(document: Document, paper: PastedPaper, sheet: ComposedSheet) -> Iterator[Score]:
    number = document.place.number if document.place is not None else 1
    where = {"case": f"{sheet.name} {number}", "kind": sheet.kind, "condition": paper.prompt}
    yield from score_fields(document, paper.drawn.truth, **where)
    yield from score_rows(document, paper.drawn.rows, **where) if paper.drawn.rows else ()


def sheets_table(scores: Sequence[SheetScore]) -> str:
    """Return the scores by kind of sheet as a Markdown table, with a total."""
    kinds = [*dict.fromkeys(one.kind for one in scores)]
    rows = [_row(kind, [one for one in scores if one.kind == kind]) for kind in kinds] + [_row("**all**", scores)]
    lines = [_HEADS, ("---", *["---:"] * (len(_HEADS) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(kind: str, scores: Sequence[SheetScore]) -> tuple[str, ...]:
    fields = [field for one in scores for field in one.fields]
    verdicts = [sum(field.verdict is verdict for field in fields) for verdict in Verdict]
    numbers = (
        len(scores), sum(one.papers for one in scores), sum(one.found for one in scores),
        sum(one.surplus for one in scores), len(fields), *verdicts, sum(field.misled for field in fields),
        sum(len(one.crossing) for one in scores),
    )  # fmt: skip
    return (kind, *map(str, numbers))
