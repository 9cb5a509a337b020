"""Telling apart papers that lie beside or below each other in one picture.

Values of one paper must never be confirmed by those of another. Papers are separated by a straight corridor without
print. Of the corridors of a page only those count that have a recognised kind on both sides; what stands on the sides
is then read as two papers, and these must contradict each other as only different papers do: copies of one paper do
not, and neither do the halves of one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.checking.lines import CheckResult
from bot.domain.document import Box, Field, Line, Row, Status, box_around
from bot.domain.prompt import ENOUGH_WORDS, Output, Prompt, recognise, squeezed, squeezed_word
from workers.extraction.fields import find_fields
from workers.reading.split_papers import PageContent

_SLANTS: Final = (0.0, -0.04, 0.04, -0.09, 0.09)  # of a corridor: papers on a desk are seldom level
_LEAST_WIDTH: Final = 0.35  # heights of a line
_MOST_TRIED: Final = 6  # corridors whose two sides are searched for fields
_MOST_PAPERS: Final = 8
_LEAST_LINES: Final = 3  # of a paper
_LEAST_DIFFERING: Final = 2  # values; a single one may be misread, or printed twice with different meanings
_ENOUGH: Final = 4  # values that differ plus words that repeat; values or words of a paper of another kind

_Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Corridor:
    """A straight stripe without print; `before` says of each line whether it stands left of it, or above it."""

    before: _Marks
    upright: bool
    width: float  # heights of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOnPage:
    """One of several papers in a picture: the lines on it, the box around them, and its kind."""

    kind: str  # the prompt's name
    lines: tuple[Line, ...]
    fields: tuple[Field, ...]  # of its kind

    @property
    def box(self) -> Box:
        """The box around its lines."""
        return box_around(self.lines)


def has_several_papers(page: PageContent, prompt: Prompt, candidates: Sequence[Prompt]) -> bool:
    """Return whether several papers lie on a page that is read with `prompt`: by its codes, its lines or its text."""
    coded = {qr.number for code in page.codes if (qr := parse_invoice_qr(code)) is not None}
    text = squeezed(page.text)
    if len(coded) > 1 and sum(number in text for number in coded) != 1:  # a corner of another may be in the picture
        return True
    kinds = [prompt, *(kind for kind in candidates if kind.name != prompt.name)]
    return bool(papers_on_page(page.lines, kinds)) or _has_two_numbers(text, prompt)


def without_marks(checked: CheckResult) -> CheckResult:
    """Return the result of checks with no value confirmed; what was doubtful stays so."""
    return replace(
        checked,
        fields=tuple(map(_unchecked, checked.fields)),
        rows=tuple(Row(cells=tuple(map(_unchecked, row.cells))) for row in checked.rows),
    )


def _unchecked(field: Field) -> Field:
    return replace(field, status=Status.UNCHECKED) if field.status is Status.CHECKED else field


def _has_two_numbers(text: str, kind: Prompt) -> bool:
    """Return whether a squeezed text has two different numbers of a paper, and other words of the form twice too."""
    if kind.duplicates is None:
        return False
    names = [(spec.name, *spec.labels) for spec in kind.fields if spec.key == kind.duplicates.number]
    labels = "|".join(re.escape(squeezed(name)) for of_spec in names for name in of_spec if not name.isascii())
    numbers = set(re.findall(rf"(?:{labels}):?([0-9a-z]{{8,}})", text)) if labels else set()
    return len(numbers) > 1 and sum(text.count(word) > 1 for word in _words_of(kind)) >= _ENOUGH


def papers_on_page(lines: Sequence[Line], kinds: Sequence[Prompt]) -> tuple[PaperOnPage, ...]:
    """Return the papers on one page, from the left and from the top; none if it seems to hold only one.

    Lines without a box are ignored. Only papers of `kinds` with fields are told apart.
    """
    placed = [line for line in lines if line.box is not None and line.text.strip()]
    known = [kind for kind in kinds if kind.output is Output.FIELDS and kind.detect]
    if len(placed) < 2 * _LEAST_LINES or not known:
        return ()
    return tuple(_split(placed, known, _MOST_PAPERS))


def _split(lines: Sequence[Line], kinds: Sequence[Prompt], most: int) -> list[PaperOnPage]:
    """Return the papers among `lines`, at most `most`; none if they seem to be of one paper."""
    pairs = [
        pair
        for corridor in _likely_corridors(lines, kinds)
        if (pair := _two_papers(lines, corridor, kinds)) is not None
    ]
    if not pairs:
        return []
    first, second = max(pairs, key=lambda pair: sum(bool(field.value) for paper in pair for field in paper.fields))
    before = _split(first.lines, kinds, most // 2) if most >= 4 else []  # noqa: PLR2004 - two for each side
    after = _split(second.lines, kinds, most // 2) if most >= 4 else []  # noqa: PLR2004 - likewise
    return [*(before or [first]), *(after or [second])]


def _likely_corridors(lines: Sequence[Line], kinds: Sequence[Prompt]) -> list[_Corridor]:
    """Return the corridors that may lie between two papers, judged by words, those with most words first."""
    words = _words_in(lines, kinds)
    scored = []
    for corridor in _corridors(lines):
        one, other = _best_kind(words, corridor.before), _best_kind(words, ~corridor.before)
        if min(one.words, other.words) < ENOUGH_WORDS:
            continue
        if one.name != other.name or corridor.upright or _repeated(words[one.name], corridor) >= ENOUGH_WORDS:
            scored.append((one.words + other.words, corridor.width, corridor))
    return [corridor for _, _, corridor in sorted(scored, key=lambda entry: entry[:2], reverse=True)[:_MOST_TRIED]]


def _repeated(words: _Marks, corridor: _Corridor) -> int:
    return int((_on(words, corridor.before) & _on(words, ~corridor.before)).sum())


def _words_in(lines: Sequence[Line], kinds: Sequence[Prompt]) -> Mapping[str, _Marks]:
    """Return for each kind which of its words stand in which line: a row a word, a column a line."""
    texts = [squeezed(line.text) for line in lines]
    return {kind.name: np.array([[word in text for text in texts] for word in _words_of(kind)], bool) for kind in kinds}


def _words_of(kind: Prompt) -> list[str]:
    return [*dict.fromkeys(map(squeezed_word, kind.detect))]


class _BestKind(NamedTuple):
    words: int  # how many different ones
    name: str


def _best_kind(words: Mapping[str, _Marks], side: _Marks) -> _BestKind:
    """Return the kind with the most words on a side."""
    return max(_BestKind(int(_on(table, side).sum()), name) for name, table in words.items())


def _on(table: _Marks, side: _Marks) -> _Marks:
    return np.asarray(table[:, side].any(axis=1))


def _corridors(lines: Sequence[Line]) -> Iterator[_Corridor]:
    """Yield the corridors between lines, each once."""
    boxes = np.array([[box.left, box.top, box.right, box.bottom] for line in lines if (box := line.box)], np.float64)
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    seen: set[bytes] = set()
    for slant in _SLANTS:
        for low, across in ((0, 1), (1, 0)):
            shift = slant * (boxes[:, across] + boxes[:, across + 2]) / 2
            for before, width in _gaps(boxes[:, low] + shift, boxes[:, low + 2] + shift, _LEAST_WIDTH * height):
                if before.tobytes() not in seen:
                    seen.add(before.tobytes())
                    yield _Corridor(before=before, upright=low == 0, width=width / height)


def _gaps(
    starts: npt.NDArray[np.float64], ends: npt.NDArray[np.float64], least: float
) -> Iterator[tuple[_Marks, float]]:
    """Yield which spans end before each gap of at least `least` that none of them crosses, and the gap's width."""
    order = np.argsort(starts)
    widths = starts[order][1:] - np.maximum.accumulate(ends[order])[:-1]
    for place in np.flatnonzero(widths >= least):
        yield np.asarray(starts <= starts[order][place]), float(widths[place])


def _two_papers(
    lines: Sequence[Line], corridor: _Corridor, kinds: Sequence[Prompt]
) -> tuple[PaperOnPage, PaperOnPage] | None:
    """Return the papers on both sides of a corridor, None if these may be parts of one paper."""
    one, other = (
        _as_paper([line for line, is_here in zip(lines, here, strict=True) if is_here], kinds)
        for here in (corridor.before, ~corridor.before)
    )
    if one is None or other is None:
        return None
    by_name = {kind.name: kind for kind in kinds}
    if one.kind == other.kind:
        return (one, other) if _contradict(one, other, by_name[one.kind], upright=corridor.upright) else None
    return (one, other) if all(_is_whole(paper, by_name[paper.kind]) for paper in (one, other)) else None


def _as_paper(lines: Sequence[Line], kinds: Sequence[Prompt]) -> PaperOnPage | None:
    """Return the lines as a paper, None if they are too few or of no known kind."""
    kind = recognise("\n".join(line.text for line in lines), kinds) if len(lines) >= _LEAST_LINES else None
    if kind is None:
        return None
    return PaperOnPage(kind=kind.name, lines=tuple(lines), fields=find_fields(lines, kind.fields))


def _contradict(one: PaperOnPage, other: PaperOnPage, kind: Prompt, *, upright: bool) -> bool:
    """Return whether two papers of one kind have other values for what each paper has once, under the same words.

    Words of the form need not repeat if each field has two values, left and right: no form is printed so.
    """
    values = [{field.key: squeezed(field.value) for field in paper.fields if field.value} for paper in (one, other)]
    shared = values[0].keys() & values[1].keys()
    differing = {key for key in shared if _values_differ(values[0][key], values[1][key])}
    number = kind.duplicates.number if kind.duplicates else ""
    is_copy = number in shared - differing if number else len(differing) <= len(shared) - len(differing)
    if is_copy or len(differing) < _LEAST_DIFFERING or not differing & _naming_keys(kind):
        return False
    is_all = upright and len(differing) == len(kind.fields)
    return is_all or len(differing) + len(_words_on(one, kind) & _words_on(other, kind)) >= _ENOUGH


def _words_on(paper: PaperOnPage, kind: Prompt) -> set[str]:
    text = squeezed("\n".join(line.text for line in paper.lines))
    return {word for word in _words_of(kind) if word in text}


def _naming_keys(kind: Prompt) -> set[str]:
    number = {kind.duplicates.number, *kind.duplicates.otherwise} if kind.duplicates else set[str]()
    return number | {*kind.headline} | _required_keys(kind)


def _required_keys(kind: Prompt) -> set[str]:
    return {spec.key for spec in kind.fields if spec.required}


def _is_whole(paper: PaperOnPage, kind: Prompt) -> bool:
    """Return whether a paper has what its kind always has; with many of its words, one value may be unreadable."""
    keys = {field.key for field in paper.fields if field.value}
    missing = (_required_keys(kind) or {*kind.headline}) - keys
    enough = min(_ENOUGH, -(-len(kind.fields) // 2))
    return len(keys) >= enough and len(missing) <= (len(_words_on(paper, kind)) >= _ENOUGH)


def _values_differ(one: str, other: str) -> bool:
    return one not in other and other not in one
