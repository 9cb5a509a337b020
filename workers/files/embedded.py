"""Text and data embedded in a file, which are read without page images."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.document import Line
from bot.domain.roles import Role
from workers.files.einvoice_xml import NAMES
from workers.files.xbrl import Voucher
from workers.layout.reading_order import text_of

EMBEDDED = "embedded"
"""The `engine` of a document that was read without an engine."""

XBRL_MARK = "xbrl:"
"""Precedes the name of a taxonomy where it stands for a code: `xbrl:rai`."""

_MOST_SORTED = 2000  # lines of a page that are put in reading order


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedData:
    """A document's values by role, as written in the file; `place` is the place in the file, for people."""

    place: str
    values: Mapping[Role, str] = field(default_factory=dict)
    form: frozenset[Role] = (
        frozenset()
    )  # the values that this kind of data can hold: without a value, one is really empty
    goods: tuple[Mapping[Role, str], ...] = ()  # the lines of the table
    facts: Mapping[str, str] = field(default_factory=dict)  # of XBRL: the same by the names of their elements
    fact_rows: tuple[Mapping[str, str], ...] = ()
    taxonomy: str = ""  # of XBRL: rai, inv


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedContent:
    """The embedded text of all pages, and data, the most trusted first. `lines` have boxes in tenths of a mm."""

    pages: int
    text: str
    lines: tuple[Line, ...] = ()
    data: tuple[EmbeddedData, ...] = ()
    code: str = ""  # the text of the QR code
    doubts: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[int, str]:
        """The text of each page that has lines, by page number from 0."""
        by_page: dict[int, list[Line]] = {}
        for line in self.lines:
            by_page.setdefault(line.page, []).append(line)
        return {number: _ordered_text(lines) for number, lines in by_page.items()}

    @property
    def codes(self) -> tuple[str, ...]:
        """What shows the kind of document like a code on a page: the QR text, and the taxonomies of XBRL."""
        marks = (f"{XBRL_MARK}{one.taxonomy}" for one in self.data if one.taxonomy)
        return (*filter(None, [self.code]), *marks)

    def on(self, pages: Collection[int]) -> "EmbeddedContent":
        """Return this content with only the lines of these pages."""
        return replace(self, lines=tuple(line for line in self.lines if line.page in pages))

    @property
    def recognition_text(self) -> str:
        """The text by which the kind of document is recognised: the text and the names of the data."""
        names = {role: name for name, role in NAMES.items()}
        return "\n".join([self.text, *(names[role] for data in self.data for role in data.values)])


def page_texts(lines: Sequence[Line], pages: int) -> str:
    """Return the text of `pages` pages in reading order, with a blank line between them."""
    by_page: list[list[Line]] = [[] for _ in range(pages)]
    for line in lines:
        by_page[line.page].append(line)
    return "\n\n".join(_ordered_text(page) for page in by_page if page)


def _ordered_text(lines: Sequence[Line]) -> str:
    return text_of(lines) if len(lines) <= _MOST_SORTED else "\n".join(line.text for line in lines)


def voucher_data(place: str, voucher: Voucher) -> EmbeddedData:
    """Return the data of a voucher found at `place`."""
    return EmbeddedData(place=place, facts=voucher.facts, fact_rows=voucher.rows, taxonomy=voucher.taxonomy)
