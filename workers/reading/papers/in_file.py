"""The papers in a file: some take pages of their own, others share a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.checking.invoice_qr import parse_invoice_qr
from bot.domain.document import Box, Line
from bot.domain.prompt import Prompt, squeezed
from workers.layout.reading_order import text_of
from workers.reading.papers.across_pages import PageContent, papers_of
from workers.reading.papers.evidence import PaperOnPage
from workers.reading.papers.in_text import shows_several_papers
from workers.reading.papers.on_page import DividedPage, divided, has_several_papers

_LEAST_NUMBER: Final = 8  # characters of a code that stand on no other paper by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePaper:
    """One of the papers in a file: its kind, its pages, and where it shares one its lines there and the box around."""

    kind: Prompt
    contents: tuple[PageContent, ...]  # of its pages, or of its part of one
    region: Box | None = None
    mixed: bool = False  # papers that could not be told apart lie on one of its pages

    @property
    def pages(self) -> tuple[int, ...]:
        """The numbers of its pages, from 0."""
        return tuple(content.number for content in self.contents)

    @property
    def text(self) -> str:
        """Its text."""
        return "\n\n".join(content.text for content in self.contents if content.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DividedFile:
    """The papers in a file in their order, and the text of what belongs to none of them."""

    papers: tuple[FilePaper, ...]
    left_over: str = ""


def divide_file(contents: Sequence[PageContent], prompt: Prompt, candidates: Sequence[Prompt]) -> DividedFile:
    """Return the papers in a file that is read with `prompt`; one with all pages if it seems to hold one document.

    Pages with several papers are divided, unless they are of a long document that is no paper of a day: a contract.
    """
    kinds = {kind.name: kind for kind in (*reversed(candidates), prompt)}
    on_pages = {content.number: divided(content.lines, [*kinds.values()]) for content in contents}
    can_be_divided = prompt.duplicates is not None or not prompt.adds_up or len(contents) == 1
    shared = {number: page for number, page in on_pages.items() if page.papers and can_be_divided}
    unclear = {number for number, page in on_pages.items() if page.papers} - shared.keys()
    own_pages = [content for content in contents if content.number not in shared]
    papers = [
        FilePaper(kind=kinds[paper.kind], contents=tuple(one for one in own_pages if one.number in paper.pages))
        for paper in papers_of(own_pages, prompt, candidates)
    ]
    if not shared and len(papers) <= 1:
        papers = [FilePaper(kind=prompt, contents=tuple(contents))]
    papers += [paper for content in contents for paper in _on_shared(content, shared.get(content.number))]
    ordered = sorted(papers, key=lambda paper: paper.pages[:1])
    return DividedFile(
        papers=tuple(
            replace(
                paper,
                mixed=_is_mixed(paper, unclear) or (can_be_divided and _reads_as_several(paper, [*kinds.values()])),
            )
            for paper in ordered
        ),
        left_over=_left_over(contents, papers, shared),
    )


def _on_shared(content: PageContent, page: DividedPage | None) -> Iterator[FilePaper]:
    for paper in page.papers if page is not None else ():
        yield FilePaper(kind=paper.kind, contents=(_part_of(content, paper),), region=paper.box)


def _part_of(content: PageContent, paper: PaperOnPage) -> PageContent:
    """Return the part of a page that a paper takes, with those codes whose text is printed on it."""
    text = text_of(paper.lines)
    return PageContent(
        number=content.number,
        text=text,
        lines=paper.lines,
        codes=tuple(code for code in content.codes if belongs(code, text)),
        fields=paper.fields,
    )


def belongs(code: str, text: str) -> bool:
    """Return whether a code is of the paper with this text: its invoice's number, or all of it, is printed there."""
    qr = parse_invoice_qr(code)
    wanted = squeezed(qr.number if qr is not None else code)
    return len(wanted) >= _LEAST_NUMBER and wanted in squeezed(text)


def _is_mixed(paper: FilePaper, unclear: set[int]) -> bool:
    return any(content.number in unclear or has_several_papers(content, paper.kind) for content in paper.contents)


def _reads_as_several(paper: FilePaper, kinds: Sequence[Prompt]) -> bool:
    """Return whether the text of a page whose lines have no places is that of several papers."""
    return any(
        not content.lines and shows_several_papers(content.text, paper.kind, kinds) for content in paper.contents
    )


def _left_over(contents: Sequence[PageContent], papers: Sequence[FilePaper], shared: Mapping[int, DividedPage]) -> str:
    """Return the text of the pages that belong to no paper, and of the lines between those that share a page."""
    taken = {number for paper in papers for number in paper.pages}
    whole = {content.number: content.text for content in contents if content.number not in taken}
    lines: dict[int, Sequence[Line]] = {number: page.left_over for number, page in shared.items() if page.left_over}
    by_page = {**whole, **{number: text_of(of_page) for number, of_page in lines.items()}}
    return "\n\n".join(text for _, text in sorted(by_page.items()) if text)
