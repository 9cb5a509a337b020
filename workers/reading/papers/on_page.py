"""Telling apart papers that lie beside or below each other on one page.

Values of one paper must never be confirmed by those of another. Papers are separated by straight corridors without
print. Of all ways to cut a page along its corridors that one counts which gives the most values, each paper costing
some; and a cut counts only where what stands on both sides contradicts each other as only different papers do: copies
of one paper do not, and neither do the halves of one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.document import Box, Line
from bot.domain.prompt import ENOUGH_WORDS, Output, Prompt, squeezed
from workers.reading.papers.across_pages import PageContent
from workers.reading.papers.corridors import Corridor, Marks, Numbers, corridors
from workers.reading.papers.evidence import (
    PaperOnPage,
    are_different,
    as_paper,
    has_two_numbers,
    number_labels,
    words_of,
)

_MOST_TRIED: Final = 6  # corridors of a page, or of a part of it
_MOST_TRIED_PLAINLY: Final = 4  # by other things than the likeness of both sides
_MOST_FOLLOWED: Final = 2  # of them by either order, whose sides are cut further
_MANY_WORDS: Final = 4  # of a kind; more make a corridor no likelier
_COST: Final = 3  # values that a paper must add
_TITLE_HEIGHT: Final = 1.25  # of most lines
_RUNS: Final = re.compile(r"[0-9]+|[a-z]+|[\u4e00-\u9fff]+")
_LEAST_LINES: Final = 6  # of a page with two papers
_MOST_LINES: Final = 400  # of one with as many as fit on it
_ENOUGH_FORM_WORDS: Final = 2
_FORM_SHARE: Final = 3  # one of so many lines in each row of a form has such a word
_FORM_WORDS: Final = ("粘贴", "报销", "原始凭证", "单据张数", "附件", "审批", "经办", "领导", "出纳")
_FORMS_OWN: Final = 4  # the first of them, which stand on no paper


@dataclass(frozen=True, slots=True, kw_only=True)
class DividedPage:
    """The papers on a page, from the left and from the top, and the lines that belong to none of them."""

    papers: tuple[PaperOnPage, ...] = ()
    left_over: tuple[Line, ...] = ()


def has_several_papers(page: PageContent, kind: Prompt) -> bool:
    """Return whether several papers of a kind seem to lie on a page, or on a part of it: by its codes or its text."""
    coded = {qr.number for code in page.codes if (qr := parse_invoice_qr(code)) is not None}
    text = squeezed(page.text)
    if len(coded) > 1 and sum(number in text for number in coded) != 1:  # a corner of another may be in the picture
        return True
    return has_two_numbers(text, kind)


def divided(lines: Sequence[Line], kinds: Sequence[Prompt]) -> DividedPage:
    """Return the papers on one page; none if it seems to hold only one.

    Only papers of `kinds` with fields are told apart. Lines without a box are left over.
    """
    placed = [line for line in lines if line.box is not None and line.text.strip()]
    known = [kind for kind in kinds if kind.output is Output.FIELDS and kind.detect]
    if not _LEAST_LINES <= len(placed) <= _MOST_LINES or not known:
        return DividedPage()
    placed = _without_form(placed)
    texts = [squeezed(line.text) for line in placed]
    words = _words_in(texts, known)
    if not words.are_enough:
        return DividedPage()
    boxes = [box for line in placed if (box := line.box)]
    search = _Search(
        lines=placed,
        kinds=known,
        words=words,
        shapes=[_shape(text) for text in texts],
        heads=_heads_in(texts, known),
        tops=np.array([box.top for box in boxes], np.float64),
        bottoms=np.array([box.bottom for box in boxes], np.float64),
    )
    papers = search.papers()
    taken = {id(line) for paper in papers for line in paper.lines}
    left_over = tuple(line for line in lines if id(line) not in taken) if papers else ()
    return DividedPage(papers=papers, left_over=left_over)


def _without_form(lines: Sequence[Line]) -> list[Line]:
    """Return lines without those above and below the papers that are of the form they are glued on."""
    texts = [squeezed(line.text) for line in lines]
    of_form = np.array([any(word in text for word in _FORM_WORDS) for text in texts])
    if not any(word in text for word in _FORM_WORDS[:_FORMS_OWN] for text in texts):
        return [*lines]
    level = [corridor.before for corridor in corridors(lines) if not corridor.upright]
    form = np.zeros_like(of_form)
    for stripe in (_edge(level, of_form), _edge([~before for before in level], of_form)):
        edge = stripe | _level_with(stripe, lines)
        text = "".join(texts[index] for index in np.flatnonzero(edge))
        is_form = any(word in text for word in _FORM_WORDS[:_FORMS_OWN])
        if is_form and sum(word in text for word in _FORM_WORDS) >= _ENOUGH_FORM_WORDS:
            form |= edge
    return [line for line, is_of_form in zip(lines, form, strict=True) if not is_of_form]


def _level_with(form: Marks, lines: Sequence[Line]) -> Marks:
    """Return the lines whose middle is level with a line of the form, to complete its rows."""
    boxes = [box for line in lines if (box := line.box)]
    tops, bottoms = np.array([box.top for box in boxes]), np.array([box.bottom for box in boxes])
    middles = (tops + bottoms) / 2
    return np.asarray(((middles[:, None] > tops[form]) & (middles[:, None] < bottoms[form])).any(axis=1))


def _edge(stripes: Sequence[Marks], of_form: Marks) -> Marks:
    """Return the largest of the stripes along an edge of the page whose rows all have words of a form."""
    edge = np.zeros_like(of_form)
    for stripe in sorted(stripes, key=lambda one: int(one.sum())):
        if (edge & ~stripe).any() or not (new := stripe & ~edge).any():
            continue
        if _FORM_SHARE * (new & of_form).sum() >= new.sum():
            edge = stripe
    return edge


def _shape(text: str) -> str:
    """Return what a line of a form has in common whatever is filled in: its label, or the kinds of its characters."""
    label, colon, _ = text.partition(":")
    if colon:
        return label + colon
    return _RUNS.sub(lambda run: "0" if run[0].isdigit() else "a" if run[0].isascii() else "字", label)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Words:
    """Which words of kinds stand in which lines: a row for each word on the page and its kind, a column a line."""

    table: Marks
    kind_of: npt.NDArray[np.int_]  # of each row
    kinds: int

    @property
    def are_enough(self) -> bool:
        """Whether a kind has enough words on the page to be recognised on a part of it."""
        return self.best(np.ones(len(self.kind_of), bool))[0] >= ENOUGH_WORDS

    def on(self, part: Marks) -> Marks:
        """Return which rows stand in a part of the page."""
        return np.asarray(self.table[:, part].any(axis=1))

    def best(self, on: Marks) -> tuple[int, int]:
        """Return how many words the kind with the most has among rows, and its number."""
        counts = np.bincount(self.kind_of[on], minlength=self.kinds)
        return int(counts.max()), int(counts.argmax())


def _words_in(texts: Sequence[str], kinds: Sequence[Prompt]) -> _Words:
    found = [
        (number, [word in text for text in texts])
        for number, kind in enumerate(kinds)
        for word in _on_any(texts, words_of(kind))
    ]
    return _Words(
        table=np.array([row for _, row in found], bool).reshape(len(found), len(texts)),
        kind_of=np.array([number for number, _ in found], np.int_),
        kinds=len(kinds),
    )


def _heads_in(texts: Sequence[str], kinds: Sequence[Prompt]) -> Marks:
    """Return which lines have a word by which a kind is recognised, or the label of its number."""
    words = _on_any(texts, {word for kind in kinds for word in (*words_of(kind), *number_labels(kind))})
    return np.array([any(word in text for word in words) for text in texts], bool)


def _on_any(texts: Sequence[str], words: Iterable[str]) -> list[str]:
    """Return those of the words, none of which has a line break, that stand in any of the texts."""
    page = "\n".join(texts)
    return [word for word in words if word in page]


class _Cut(NamedTuple):
    rank: tuple[float, ...]  # the higher, the likelier it lies between papers
    one: Marks
    other: Marks
    upright: bool


@dataclass(slots=True, kw_only=True)
class _Search:
    """The search for the papers on a page."""

    lines: Sequence[Line]
    kinds: Sequence[Prompt]
    words: _Words
    shapes: Sequence[str]
    heads: Marks  # whether a line has a word that stands in the head of a paper
    tops: Numbers
    bottoms: Numbers
    looked_at: dict[bytes, PaperOnPage | None] = field(default_factory=dict)
    divided: dict[bytes, tuple[PaperOnPage, ...]] = field(default_factory=dict)

    def papers(self) -> tuple[PaperOnPage, ...]:
        """Return the papers on the page, none if it seems to hold only one."""
        page = np.ones(len(self.lines), bool)
        papers = self.papers_in(page) if next(self._cut(page), None) is not None else ()
        return papers if len(papers) > 1 else ()

    def papers_in(self, part: Marks) -> tuple[PaperOnPage, ...]:
        """Return the papers in a part of the page, by the best way to cut it; one or none if it seems to hold one."""
        key = part.tobytes()
        if key not in self.divided:
            whole = self._one_paper(part)
            self.divided[key] = max((whole, *self._cut(part)), key=_worth)
        return self.divided[key]

    def _cut(self, part: Marks) -> Iterator[tuple[PaperOnPage, ...]]:
        """Yield the papers on both sides of the likeliest cuts between what contradicts each other."""
        cuts = sorted(self._likely_cuts(part), key=lambda cut: cut.rank, reverse=True)
        plainly = sorted(cuts, key=lambda cut: (cut.rank[0], *cut.rank[2:]), reverse=True)  # without likeness
        tried = {id(cut): cut for cut in (*cuts[:_MOST_TRIED], *plainly[:_MOST_TRIED_PLAINLY])}
        good = [cut for cut in tried.values() if self._is_between_papers(cut)]
        by_values = sorted(good, key=self._values, reverse=True)
        followed = {id(cut) for cut in (*good[:_MOST_FOLLOWED], *by_values[:_MOST_FOLLOWED])}
        for cut in (cut for cut in good if id(cut) in followed):
            papers = self.papers_in(cut.one), self.papers_in(cut.other)
            if are_different(*papers, upright=cut.upright):
                yield (*papers[0], *papers[1])

    def _values(self, cut: _Cut) -> int:
        return sum(paper.clear_values for part in (cut.one, cut.other) for paper in self._one_paper(part))

    def _is_between_papers(self, cut: _Cut) -> bool:
        return are_different(self._one_paper(cut.one), self._one_paper(cut.other), upright=cut.upright)

    def _one_paper(self, part: Marks) -> tuple[PaperOnPage, ...]:
        """Return a part of the page as one paper, nothing if it is of no known kind."""
        key = part.tobytes()
        if key not in self.looked_at:
            self.looked_at[key] = as_paper([self.lines[index] for index in np.flatnonzero(part)], self.kinds)
        paper = self.looked_at[key]
        return () if paper is None else (paper,)

    def _likely_cuts(self, part: Marks) -> Iterator[_Cut]:
        """Yield the cuts along each corridor that may lie between papers."""
        indices = np.flatnonzero(part)
        for corridor in corridors([self.lines[index] for index in indices]):
            one = np.zeros_like(part)
            one[indices[corridor.before]] = True
            other = part & ~one
            if rank := self._rank(one, other, corridor):
                yield _Cut(rank=rank, one=one, other=other, upright=corridor.upright)

    def _rank(self, one: Marks, other: Marks, corridor: Corridor) -> tuple[float, ...]:
        """Return how likely a corridor lies between papers; () if it hardly can.

        Papers of one kind have like lines, so that as many as possible have their like on the other side.
        """
        on_one, on_other = self.words.on(one), self.words.on(other)
        (most, kind), (most_other, kind_other) = self.words.best(on_one), self.words.best(on_other)
        if min(most, most_other) < ENOUGH_WORDS:
            return ()
        repeated = int((on_one & on_other & (self.words.kind_of == kind)).sum())
        if kind == kind_other and not corridor.upright and repeated < ENOUGH_WORDS:
            return ()
        share = self._likeness(one, other) if kind == kind_other else 0.0
        begins = self._begins(other)
        return (min(most, most_other, _MANY_WORDS), share, begins, -abs(corridor.slant), corridor.width)

    def _likeness(self, one: Marks, other: Marks) -> float:
        """Return of which share of the smaller part's lines the other has the like, in tenths."""
        shapes, others = (Counter(self.shapes[index] for index in np.flatnonzero(part)) for part in (one, other))
        return round((shapes & others).total() / min(shapes.total(), others.total()), 1)

    def _begins(self, part: Marks) -> bool:
        """Return whether the first row of a part has words of a head, or is set larger than most of it."""
        indices = np.flatnonzero(part)
        tops, bottoms = self.tops[indices], self.bottoms[indices]
        first = indices[tops < bottoms[np.argmin(tops)]]
        heights = bottoms - tops
        is_title = bool((self.bottoms[first] - self.tops[first] > _TITLE_HEIGHT * np.median(heights)).any())
        return is_title or bool(self.heads[first].any())


def _worth(papers: Sequence[PaperOnPage]) -> tuple[int, float]:
    """Return how many values papers give, each paper costing some, and how little they lie over each other."""
    overlaps = (_overlap(one.box, other.box) for one, other in combinations(papers, 2))
    return sum(paper.clear_values - _COST for paper in papers), -round(sum(overlaps), 1)


def _overlap(one: Box, other: Box) -> float:
    """Return which share of the smaller box the other covers, in steps that a slight turn hardly reaches."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return round(max(0, across) * max(0, down) / smaller, 1)
