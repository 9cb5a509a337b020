"""Text and data that a file carries in itself, so that no page image has to be read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.document import Line
from workers.files.einvoice_xml import NAMES
from workers.layout.reading_order import text_of

EMBEDDED = "embedded"
"""The `engine` of a document that was read without an engine."""
MOST_LINES = 20_000  # of a file
_MOST_SORTED = 2000  # of a page whose lines are put in order


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedData:
    """An invoice's values by field key, as written in the file; `place` names for people where in the file."""

    place: str
    values: Mapping[str, str]
    form: frozenset[str] = frozenset()  # the keys that such data has a place for: without a value one is empty
    goods: tuple[Mapping[str, str], ...] = ()  # the lines of its table, each by column key


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedContent:
    """A file's own text of all pages, and its data, most trusted first. `lines` have boxes in tenths of a mm."""

    pages: int
    text: str
    lines: tuple[Line, ...] = ()
    data: tuple[EmbeddedData, ...] = ()
    code: str = ""  # the text of its QR code
    doubts: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[int, str]:
        """The text of each page that has lines, by page number from 0."""
        by_page: dict[int, list[Line]] = {}
        for line in self.lines:
            by_page.setdefault(line.page, []).append(line)
        return {number: _ordered_text(lines) for number, lines in by_page.items()}

    def on(self, pages: Collection[int]) -> "EmbeddedContent":
        """Return this content with the lines of these pages only."""
        return replace(self, lines=tuple(line for line in self.lines if line.page in pages))

    @property
    def recognition_text(self) -> str:
        """The text by which the kind of document is recognised: its own, and the names of its data."""
        called = {key: name for name, key in NAMES.items()}
        return "\n".join([self.text, *(called[key] for one in self.data for key in one.values)])


def page_texts(lines: Sequence[Line], pages: int) -> str:
    """Return the text of all pages in reading order, a blank line between them."""
    by_page: list[list[Line]] = [[] for _ in range(pages)]
    for line in lines:
        by_page[line.page].append(line)
    return "\n\n".join(_ordered_text(page) for page in by_page if page)


def _ordered_text(lines: Sequence[Line]) -> str:
    return text_of(lines) if len(lines) <= _MOST_SORTED else "\n".join(line.text for line in lines)
