"""Several papers in one file: which of its pages belong to the first of them.

An invoice that is given what stands on another is the worst that can be answered, so pages are kept apart by anything
that only another paper has: its number, printed or in its QR code, or a head of its own. What has neither goes on with
the paper before it. Of kinds without such a number pages are one document until what names it is clearly another's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.document import Field, Status
from bot.domain.prompt import Output, Prompt, recognise, squeezed
from bot.domain.texts import chat as texts

_ENOUGH = 2  # values that both pages have, or that differ: one alone may be misread


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What one page says by itself: the texts of its codes, and its fields, read as the kind the file was taken for."""

    number: int  # from 0
    text: str = ""  # "" where it was not asked for
    codes: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The pages of one paper, from 0."""

    kind: str  # the prompt's name
    pages: tuple[int, ...]


@dataclass(kw_only=True)
class _Growing:
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
    kind: str  # that it is recognised as by itself, ""
    by_code: bool
    numbers: frozenset[str]
    values: Mapping[str, str]
    has_label: bool  # of the number, whether or not that could be read


def kind_of(pages: Mapping[int, tuple[str, Sequence[str]]], candidates: Sequence[Prompt]) -> Prompt | None:
    """Return the kind that pages, each with its text and codes, are read as, None where none is recognised.

    Where papers that may be handed in once lie between others it is the first page's that has one.
    """
    ordered = [pages[number] for number in sorted(pages)]
    whole = recognise(
        "\n\n".join(text for text, _ in ordered), candidates, [one for _, codes in ordered for one in codes]
    )
    own = (recognise(text, candidates, codes) for text, codes in ordered)
    kinds = [kind for kind in own if kind is not None and kind.output is Output.FIELDS]
    mixed = len({kind.name for kind in kinds}) > 1 and any(kind.duplicates for kind in kinds)
    return kinds[0] if mixed else whole


def papers_of(leaves: Iterable[PageContent], taken: Prompt, candidates: Sequence[Prompt]) -> tuple[Paper, ...]:
    """Return the papers among the pages of a file that is read as `taken`, in their order; one or none: all is one.

    Pages in front of the first paper, such as a cover, belong to none.
    """
    found: list[_Growing] = []
    for page in (_page(leaf, taken, candidates or (taken,)) for leaf in leaves):
        home = _home(page, found, taken)
        if home is None and (found or page.numbers or _is_head(page, taken)):
            home = _Growing(kind=page.kind or taken.name, numbers=set(), values={})
            found.append(home)
        if home is not None:
            home.take(page)
    return tuple(Paper(kind=one.kind, pages=tuple(one.pages)) for one in found)


def first_of(papers: Sequence[Paper], taken: Prompt) -> tuple[frozenset[int] | None, tuple[str, ...]]:
    """Return the pages that are told of and the doubt that says so; None and nothing where all pages are one."""
    if len(papers) <= 1:
        return None, ()
    first, *others = papers
    title = taken.title if all(paper.kind == taken.name for paper in others) else ""
    begins = [paper.pages[0] + 1 for paper in papers]
    spans = [(paper.pages[0] + 1, paper.pages[-1] + 1) for paper in others]
    doubt = texts.several_papers(title, begins, [page + 1 for page in first.pages], spans)
    return frozenset(first.pages), (doubt,)


def _page(leaf: PageContent, taken: Prompt, candidates: Sequence[Prompt]) -> _PageMarks:
    values = {one.key: squeezed(one.value) for one in leaf.fields if one.value and one.status is not Status.DOUBTFUL}
    key = taken.duplicates.number if taken.duplicates else ""
    said = {squeezed(one.value) for one in leaf.fields if one.key == key and one.value}
    coded = {qr.number for code in leaf.codes if (qr := parse_invoice_qr(code)) is not None}
    own = recognise(leaf.text, candidates, leaf.codes)
    text = squeezed(leaf.text)
    labels = [label for spec in taken.fields if spec.key == key for label in (spec.name, *spec.labels)]
    return _PageMarks(
        number=leaf.number,
        kind=own.name if own is not None and _counts(own, taken, leaf.codes) else "",
        by_code=bool(coded),
        numbers=frozenset(coded or said),
        values=values,
        has_label=any(squeezed(label) in text for label in labels if not label.isascii()),
    )


def _counts(own: Prompt, taken: Prompt, codes: Sequence[str]) -> bool:
    """Whether a page tells its kind: clauses of a contract have an invoice's words too, but not its code."""
    if own.name == taken.name:
        return True
    coded = any(code.startswith(own.detect_codes) for code in codes if own.detect_codes)
    return own.output is Output.FIELDS and (coded or taken.duplicates is not None)


def _home(page: _PageMarks, found: Sequence[_Growing], taken: Prompt) -> _Growing | None:
    """Return the paper that a page belongs to, None where it begins another."""
    numbered = next((one for one in found if one.numbers & page.numbers), None)
    if numbered is not None or not found:
        return numbered
    of_kind = [one for one in found if page.kind in {"", one.kind}]
    before = max(of_kind, key=lambda one: one.pages[-1], default=None)
    return None if before is None or _begins(page, before, taken) else before


def _begins(page: _PageMarks, before: _Growing, taken: Prompt) -> bool:
    if page.numbers and before.numbers:
        return True  # none of them is the same
    if page.kind not in {"", taken.name}:
        return False
    if taken.duplicates is None:
        return _is_another(page, before, taken)
    if not _is_head(page, taken):
        return False
    shared = page.values.keys() & before.values.keys() & {*taken.duplicates.otherwise}
    if any(_differ(page.values[key], before.values[key]) for key in shared):
        return True
    return len(shared) < _ENOUGH and (bool(page.numbers) or page.has_label)


def _is_head(page: _PageMarks, taken: Prompt) -> bool:
    """Whether a page shows a paper's beginning: it is recognised, or has enough of what tells papers apart."""
    if page.kind or page.by_code or taken.duplicates is None:
        return True
    return len(page.values.keys() & {*taken.duplicates.otherwise}) >= _ENOUGH


def _is_another(page: _PageMarks, before: _Growing, taken: Prompt) -> bool:
    """Whether what names a document of this kind differs, more differs than agrees, and nothing it must have lacks."""
    musts = {spec.key for spec in taken.fields if spec.required}
    names = {*taken.headline} or musts
    shared = page.values.keys() & before.values.keys()
    differing = {key for key in shared if _differ(page.values[key], before.values[key])}
    enough = len(differing) >= max(_ENOUGH, len(shared) - len(differing) + 1)
    return enough and bool(names & differing) and musts <= page.values.keys()


def _differ(one: str, other: str) -> bool:
    return one not in other and other not in one
