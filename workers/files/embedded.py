"""What a file says by itself, without anybody looking at it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.document import Line
from bot.domain.roles import Role
from workers.files.einvoice_xml import NAMES
from workers.layout.reading_order import text_of

EMBEDDED = "embedded"
"""What stands in a document's `engine` where no engine was asked."""
_MOST_SORTED = 2000  # of a page whose lines are put in order


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedData:
    """An invoice's values by their roles, as the file writes them; `place` is for people: where in the file."""

    place: str
    values: Mapping[Role, str]
    form: frozenset[Role] = frozenset()  # that it has a place for: what it leaves empty there is empty
    goods: tuple[Mapping[Role, str], ...] = ()  # the lines of its table


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedContent:
    """A file's own text, of all pages, and its data, the most trusted first. `lines` have boxes in tenths of a mm."""

    pages: int
    text: str
    lines: tuple[Line, ...] = ()
    data: tuple[EmbeddedData, ...] = ()
    code: str = ""  # the text of its QR code
    doubts: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[int, str]:
        """The text of each page that has one, by its number."""
        by_page: dict[int, list[Line]] = {}
        for line in self.lines:
            by_page.setdefault(line.page, []).append(line)
        return {number: _page_text(lines) for number, lines in by_page.items()}

    def on(self, pages: Collection[int]) -> "EmbeddedContent":
        """Return what stands on these pages."""
        return replace(self, lines=tuple(line for line in self.lines if line.page in pages))

    @property
    def words(self) -> str:
        """The words that tell what it is: its text, and what its data are called."""
        called = {role: name for name, role in NAMES.items()}
        return "\n".join([self.text, *(called[role] for one in self.data for role in one.values)])


def page_texts(lines: Sequence[Line], pages: int) -> str:
    """Return the text of all pages in reading order, a blank line between them."""
    by_page: list[list[Line]] = [[] for _ in range(pages)]
    for line in lines:
        by_page[line.page].append(line)
    return "\n\n".join(_page_text(page) for page in by_page if page)


def _page_text(lines: Sequence[Line]) -> str:
    return text_of(lines) if len(lines) <= _MOST_SORTED else "\n".join(line.text for line in lines)
