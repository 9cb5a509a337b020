"""What is to be done for one message: an envelope with one of four contents."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator

from bot.domain.message import Attachment, Recipient
from bot.domain.organisation import MOST_MEMBERS, MOST_PAGES, Company, DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.receipt import Receipt, ReceiptRules

READ_SECONDS = 1800.0  # a file that has not been read by then gets an honest sentence instead
GIVE_UP_SECONDS = 24 * 3600.0  # an answer that could not be sent by then is of no use any more
_NO_RECEIPT = ReceiptRules(mode=Receipt.OFF)


class Format(StrEnum):
    """A file that goes with an answer."""

    XLSX = "xlsx"
    DOCX = "docx"
    JSON = "json"  # in a zip: DingTalk takes no .json


class Command(StrEnum):
    """What a person wants of the bot itself. The first three are carried out where answers are sent."""

    STATUS = "status"  # of the person's open tasks
    CANCEL = "cancel"  # them
    STATISTICS = "statistics"  # for admins
    RELOAD = "reload"  # for admins: the bot takes its configuration anew
    HELP = "help"


class PageChoice(StrEnum):
    """Which pages a question is about."""

    SAME = "same"  # as those that were read before
    NAMED = "named"
    FURTHER = "further"  # those behind what was read before


def task_id(message_id: str) -> str:
    """Return the id of the task that a message becomes: 20 characters of [0-9a-f], which RQ and people can take."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send a ready reply: help, a refusal, or what a command came to."""

    kind: Literal["say"] = "say"
    text: str  # Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """Carry out a command."""

    kind: Literal["command"] = "command"
    command: Command
    references: tuple[str, ...] = ()  # to the task that it is about, see `bot.storage.earlier_tasks`


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Read files.

    Each is read as the one of `candidates` that its pages are recognised as, else with `prompt`.
    """

    kind: Literal["read"] = "read"
    attachments: tuple[Attachment, ...] = ()
    prompt: Prompt
    candidates: tuple[Prompt, ...] = ()  # none if a kind was named
    wanted_fields: tuple[str, ...] = ()  # names of the fields that the reply shows, as people wrote them; none: all
    formats: tuple[Format, ...] = ()  # of the files that go with the answer
    first_page: int = 0  # of each file with pages, from 0
    most_pages: int = MOST_PAGES  # of one file that are read as pictures
    masked: bool = False  # masked fields are hidden in the reply
    companies: tuple[Company, ...] = ()  # buyers that invoices may be made out to; none: any
    duplicates: DuplicateScope = DuplicateScope.OFF  # among whose papers an earlier posting is looked for
    full_text_word: str = ""  # the word that asks for the whole text
    quoted_task: str = ""  # the id that a task for the quoted message has or would have
    note: str = ""  # Markdown: what of the message is not read, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """Read again what was posted before: the first of `references` that is still known.

    Without one, what `read` brings itself is read; if that is nothing, `unknown` is sent.
    """

    kind: Literal["refer"] = "refer"
    references: tuple[str, ...]  # where to look for it, see `bot.storage.earlier_tasks`
    read: Read  # what is wanted of it
    inherits: bool = False  # no kind was named: it is taken for what it was taken for then
    pages: PageChoice = PageChoice.SAME
    unknown: str = ""  # Markdown


# The tag saves decoding every payload as each of them.
Content = Annotated[Say | RunCommand | Read | Refer, Discriminator("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done for one message. It holds all that the steps need, so repeating one gives the same."""

    id: str
    recipient: Recipient  # who asked, and where the answer goes
    received_at: float  # Unix seconds
    content: Content
    most_members: int = MOST_MEMBERS  # of its archives that are read
    remember_seconds: int = 0  # how long somebody may ask again without posting again
    receipt: ReceiptRules = _NO_RECEIPT
    service_notice: str = ""  # plain text: who provides the service, for the reply's last line

    @property
    def to_read(self) -> Read:
        """What is to be read, or is wanted of what was posted before; raises `TypeError` if nothing is."""
        match self.content:
            case (Read() as read) | Refer(read=read):
                return read
            case _:
                raise TypeError(f"task {self.id} reads nothing: {self.content.kind}")

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that it brings."""
        return self.to_read.attachments if isinstance(self.content, Read | Refer) else ()

    @property
    def fetches(self) -> bool:
        """Whether files must be fetched before anything is answered: its own, or those that were posted before."""
        return bool(self.attachments) or isinstance(self.content, Refer)
