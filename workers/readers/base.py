"""What reads a file for a step, and what it is told of the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.document import Document
from bot.domain.limits import MOST_PAGES
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt
from bot.domain.requests.page_picture import PagePicture

ShowPage = Callable[[int, int, str], None]
"""Called with the number of pages that were read, the number of all, and the text of the last one."""

KeepPicture = Callable[[int, PagePicture], None]
"""Called with the number of a page, from 0, and its picture."""


def drop_picture(page: int, picture: PagePicture) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    """How a file is to be read: `ReadRequest` without its bytes, and without what takes the reading libraries.

    At most `most_pages` are read from page `first_page` on, counted from 0.
    """

    prompt: Prompt
    candidates: Sequence[Prompt] = ()
    today: date
    companies: Sequence[Company] = ()
    first_page: int = 0
    most_pages: int = MOST_PAGES
    request_id: str = ""
    pictures: bool = False  # whether pictures of its pages are wanted
    behind: bool = False  # whether an engine with priorities reads the pages of others first
    person: str = ""  # whose file it is; readers are not told
    is_trial: bool = False  # of a prompt: the engine's answers are kept; readers are not told


class FileReader(Protocol):
    """Reads files, many at once. Safe to use from several threads."""

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        ...

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        """Return the document in a file. `show_page` is called for each page image that was read.

        `keep_picture` is called for each picture of a page, if the request wants them.

        Raises `Refused` for a file that cannot be read, and the engine's `Unavailable` and `Misconfigured`.
        """
        ...

    def own_seconds(self, seconds: float) -> float:
        """Return how many of a file's `seconds` were its own, and not spent waiting for its turn at the engine."""
        ...

    def warm_up(self) -> None:
        """Get ready for a file that will come soon; returns at once."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...
