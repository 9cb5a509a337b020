"""Splitting a file with several papers, that is documents: which pages belong to which paper.

The worst possible answer is an invoice with values from another one. So a page begins a new paper if it has anything
that only another paper has: a number, printed or in a QR code, or identifying values. A page with neither continues the
paper before it. Kinds without such a number are one document until the values that name it clearly differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.document import Field, Line, Status
from bot.domain.prompt import Output, Prompt, recognise, squeezed

_ENOUGH = 2  # values that two pages share, or that differ: a single one may be misread


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The content of a single page: its text and lines, codes, and the fields of the file's prompt."""

    number: int  # from 0
    text: str = ""  # "" if it was not read
    lines: tuple[Line, ...] = ()  # none if the engine gives no places
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

    def add(self, page: "_PageEvidence") -> None:
        self.pages.append(page.number)
        self.numbers |= page.numbers
        self.values = {**page.values, **self.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageEvidence:
    number: int
    kind: str  # as which the single page is recognised, "" if it is not
    has_code: bool  # an invoice's QR code
    numbers: frozenset[str]
    values: Mapping[str, str]
    has_number_label: bool  # whether or not the number could be read


def kind_of(pages: Mapping[int, tuple[str, Sequence[str]]], candidates: Sequence[Prompt]) -> Prompt | None:
    """Return the prompt for a file whose pages are given as text and codes by number, None if none is recognised.

    If kinds are mixed and any of them is checked for duplicates, the first page that is recognised decides.
    """
    ordered = [pages[number] for number in sorted(pages)]
    of_file = recognise(
        "\n\n".join(text for text, _ in ordered), candidates, [code for _, codes in ordered for code in codes]
    )
    of_pages = (recognise(text, candidates, codes) for text, codes in ordered)
    kinds = [kind for kind in of_pages if kind is not None and kind.output is Output.FIELDS]
    is_mixed = len({kind.name for kind in kinds}) > 1 and any(kind.duplicates for kind in kinds)
    return kinds[0] if is_mixed else of_file


def papers_of(pages: Iterable[PageContent], prompt: Prompt, candidates: Sequence[Prompt]) -> tuple[Paper, ...]:
    """Return the papers in a file that is read with `prompt`, in order; if fewer than two, all pages are one document.

    Pages before the first paper, such as a cover, belong to none.
    """
    papers: list[_PaperSoFar] = []
    for content in pages:
        page = _evidence_of(content, prompt, candidates or (prompt,))
        paper = _paper_of(page, papers, prompt)
        if paper is None and (papers or page.numbers or _is_beginning(page, prompt)):
            paper = _PaperSoFar(kind=page.kind or prompt.name, numbers=set(), values={})
            papers.append(paper)
        if paper is not None:
            paper.add(page)
    return tuple(Paper(kind=paper.kind, pages=tuple(paper.pages)) for paper in papers)


def _evidence_of(page: PageContent, prompt: Prompt, candidates: Sequence[Prompt]) -> _PageEvidence:
    clear = [field for field in page.fields if field.value and field.status is not Status.DOUBTFUL]
    key = prompt.duplicates.number if prompt.duplicates else ""
    printed = {squeezed(field.value) for field in page.fields if field.key == key and field.value}
    coded = {qr.number for code in page.codes if (qr := parse_invoice_qr(code)) is not None}
    kind = recognise(page.text, candidates, page.codes)
    text = squeezed(page.text)
    labels = [label for spec in prompt.fields if spec.key == key for label in (spec.name, *spec.labels)]
    return _PageEvidence(
        number=page.number,
        kind=kind.name if kind is not None and _is_relevant_kind(kind, prompt, page.codes) else "",
        has_code=bool(coded),
        numbers=frozenset(coded or printed),
        values={field.key: squeezed(field.value) for field in clear},
        has_number_label=any(squeezed(label) in text for label in labels if not label.isascii()),
    )


def _is_relevant_kind(kind: Prompt, prompt: Prompt, codes: Sequence[str]) -> bool:
    """Return whether the kind of a page counts: a contract may have the words of an invoice, but not its code."""
    if kind.name == prompt.name:
        return True
    has_code = any(code.startswith(kind.detect_codes) for code in codes if kind.detect_codes)
    return kind.output is Output.FIELDS and (has_code or prompt.duplicates is not None)


def _paper_of(page: _PageEvidence, papers: Sequence[_PaperSoFar], prompt: Prompt) -> _PaperSoFar | None:
    """Return the paper that a page belongs to, None if it begins another."""
    with_number = next((paper for paper in papers if paper.numbers & page.numbers), None)
    if with_number is not None or not papers:
        return with_number
    of_kind = [paper for paper in papers if page.kind in {"", paper.kind}]
    before = max(of_kind, key=lambda paper: paper.pages[-1], default=None)
    return None if before is None or _begins_paper(page, before, prompt) else before


def _begins_paper(page: _PageEvidence, before: _PaperSoFar, prompt: Prompt) -> bool:
    if page.numbers and before.numbers:
        return True  # they have no number in common
    if page.kind not in {"", prompt.name}:
        return False
    if prompt.duplicates is None:
        return _is_another_document(page, before, prompt)
    if not _is_beginning(page, prompt):
        return False
    shared = page.values.keys() & before.values.keys() & {*prompt.duplicates.otherwise}
    if any(_values_differ(page.values[key], before.values[key]) for key in shared):
        return True
    return len(shared) < _ENOUGH and (bool(page.numbers) or page.has_number_label)


def _is_beginning(page: _PageEvidence, prompt: Prompt) -> bool:
    """Return whether a page looks like the first of a paper: it is recognised or has enough identifying values."""
    if page.kind or page.has_code or prompt.duplicates is None:
        return True
    return len(page.values.keys() & {*prompt.duplicates.otherwise}) >= _ENOUGH


def _is_another_document(page: _PageEvidence, before: _PaperSoFar, prompt: Prompt) -> bool:
    """Return whether the naming values differ, more values differ than agree, and no required one is missing."""
    required = {spec.key for spec in prompt.fields if spec.required}
    naming = {*prompt.headline} or required
    shared = page.values.keys() & before.values.keys()
    differing = {key for key in shared if _values_differ(page.values[key], before.values[key])}
    is_enough = len(differing) >= max(_ENOUGH, len(shared) - len(differing) + 1)
    return is_enough and bool(naming & differing) and required <= page.values.keys()


def _values_differ(one: str, other: str) -> bool:
    return one not in other and other not in one
