"""Files with several papers, that is documents: which pages belong to which.

An invoice that is given what stands on another is the worst that can be answered, so pages are kept apart by anything
that only another paper has: its number, printed or in its QR code, or a head of its own. What has neither goes on with
the paper before it. Of kinds without such a number pages are one document until what names it is clearly another's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain import texts
from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.document import Field, Status
from bot.domain.prompt import Output, Prompt, recognise, squeezed

_ENOUGH = 2  # values that both pages have, or that differ: one alone may be misread


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What was read on one page by itself: its text, codes, and fields of the file's prompt."""

    number: int  # from 0
    text: str = ""  # "" if it was not read
    codes: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The pages of one paper, numbered from 0."""

    kind: str  # the prompt's name
    pages: tuple[int, ...]


@dataclass(kw_only=True)
class _PaperSoFar:
    kind: str
    numbers: set[str]
    values: dict[str, str]
    pages: list[int] = field(default_factory=list)

    def take(self, page: "_PageMarks") -> None:
        self.pages.append(page.number)
        self.numbers |= page.numbers
        self.values = {**page.values, **self.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageMarks:
    number: int
    kind: str  # that the page by itself is recognised as, or ""
    by_code: bool
    numbers: frozenset[str]
    values: Mapping[str, str]
    has_label: bool  # for the number, whether or not that could be read


def kind_of(pages: Mapping[int, tuple[str, Sequence[str]]], candidates: Sequence[Prompt]) -> Prompt | None:
    """Return the prompt for pages given as text and codes by number, None if none is recognised.

    In a mix with papers that are checked for duplicates, the first page with a kind of its own decides.
    """
    ordered = [pages[number] for number in sorted(pages)]
    whole = recognise(
        "\n\n".join(text for text, _ in ordered), candidates, [one for _, codes in ordered for one in codes]
    )
    own = (recognise(text, candidates, codes) for text, codes in ordered)
    kinds = [kind for kind in own if kind is not None and kind.output is Output.FIELDS]
    mixed = len({kind.name for kind in kinds}) > 1 and any(kind.duplicates for kind in kinds)
    return kinds[0] if mixed else whole


def papers_of(pages: Iterable[PageContent], prompt: Prompt, candidates: Sequence[Prompt]) -> tuple[Paper, ...]:
    """Return the papers among the pages of a file that is read with `prompt`, in order; fewer than two: all is one.

    Pages before the first paper, such as a cover, belong to none.
    """
    found: list[_PaperSoFar] = []
    for content in pages:
        page = _marks_of(content, prompt, candidates or (prompt,))
        paper = _paper_of(page, found, prompt)
        if paper is None and (found or page.numbers or _is_beginning(page, prompt)):
            paper = _PaperSoFar(kind=page.kind or prompt.name, numbers=set(), values={})
            found.append(paper)
        if paper is not None:
            paper.take(page)
    return tuple(Paper(kind=one.kind, pages=tuple(one.pages)) for one in found)


def first_paper(papers: Sequence[Paper], prompt: Prompt) -> tuple[frozenset[int] | None, tuple[str, ...]]:
    """Return the pages of the first paper and a doubt that names the others; None and no doubt if all are one."""
    if len(papers) <= 1:
        return None, ()
    first, *others = papers
    title = prompt.title if all(paper.kind == prompt.name for paper in others) else ""
    begins = [paper.pages[0] + 1 for paper in papers]
    spans = [(paper.pages[0] + 1, paper.pages[-1] + 1) for paper in others]
    doubt = texts.unreadable.several_papers(title, begins, [page + 1 for page in first.pages], spans)
    return frozenset(first.pages), (doubt,)


def _marks_of(page: PageContent, prompt: Prompt, candidates: Sequence[Prompt]) -> _PageMarks:
    values = {one.key: squeezed(one.value) for one in page.fields if one.value and one.status is not Status.DOUBTFUL}
    key = prompt.duplicates.number if prompt.duplicates else ""
    printed = {squeezed(one.value) for one in page.fields if one.key == key and one.value}
    coded = {qr.number for code in page.codes if (qr := parse_invoice_qr(code)) is not None}
    own = recognise(page.text, candidates, page.codes)
    text = squeezed(page.text)
    labels = [label for spec in prompt.fields if spec.key == key for label in (spec.name, *spec.labels)]
    return _PageMarks(
        number=page.number,
        kind=own.name if own is not None and _tells_kind(own, prompt, page.codes) else "",
        by_code=bool(coded),
        numbers=frozenset(coded or printed),
        values=values,
        has_label=any(squeezed(label) in text for label in labels if not label.isascii()),
    )


def _tells_kind(own: Prompt, prompt: Prompt, codes: Sequence[str]) -> bool:
    """Return whether a page's own kind counts: a contract's clauses have an invoice's words too, but not its code."""
    if own.name == prompt.name:
        return True
    coded = any(code.startswith(own.detect_codes) for code in codes if own.detect_codes)
    return own.output is Output.FIELDS and (coded or prompt.duplicates is not None)


def _paper_of(page: _PageMarks, found: Sequence[_PaperSoFar], prompt: Prompt) -> _PaperSoFar | None:
    """Return the paper that a page belongs to, None if it begins another."""
    numbered = next((one for one in found if one.numbers & page.numbers), None)
    if numbered is not None or not found:
        return numbered
    of_kind = [one for one in found if page.kind in {"", one.kind}]
    before = max(of_kind, key=lambda one: one.pages[-1], default=None)
    return None if before is None or _begins_paper(page, before, prompt) else before


def _begins_paper(page: _PageMarks, before: _PaperSoFar, prompt: Prompt) -> bool:
    if page.numbers and before.numbers:
        return True  # their numbers have none in common
    if page.kind not in {"", prompt.name}:
        return False
    if prompt.duplicates is None:
        return _is_another_document(page, before, prompt)
    if not _is_beginning(page, prompt):
        return False
    shared = page.values.keys() & before.values.keys() & {*prompt.duplicates.otherwise}
    if any(_values_differ(page.values[key], before.values[key]) for key in shared):
        return True
    return len(shared) < _ENOUGH and (bool(page.numbers) or page.has_label)


def _is_beginning(page: _PageMarks, prompt: Prompt) -> bool:
    """Return whether a page is the beginning of a paper: recognised, or with enough identifying values."""
    if page.kind or page.by_code or prompt.duplicates is None:
        return True
    return len(page.values.keys() & {*prompt.duplicates.otherwise}) >= _ENOUGH


def _is_another_document(page: _PageMarks, before: _PaperSoFar, prompt: Prompt) -> bool:
    """Return whether the headline values differ, more values differ than agree, and all required ones are there."""
    musts = {spec.key for spec in prompt.fields if spec.required}
    names = {*prompt.headline} or musts
    shared = page.values.keys() & before.values.keys()
    differing = {key for key in shared if _values_differ(page.values[key], before.values[key])}
    enough = len(differing) >= max(_ENOUGH, len(shared) - len(differing) + 1)
    return enough and bool(names & differing) and musts <= page.values.keys()


def _values_differ(one: str, other: str) -> bool:
    return one not in other and other not in one
