import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.attachment_format import Format as Format  # noqa: PLC0414 - others import it from here
from bot.domain.limits import MOST_MEMBERS, MOST_PAGES
from bot.domain.message import Address, Attachment
from bot.domain.organisation import Company, DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.receipt import Receipt, ReceiptRules

READ_SECONDS = 1800.0  # a file that has not been read by then gets an honest sentence instead
GIVE_UP_SECONDS = 24 * 3600.0  # an answer that could not be sent by then is of no use any more
_NO_RECEIPT = ReceiptRules(mode=Receipt.OFF)


class Command(StrEnum):
    """What a person wants of the bot itself. The first three are carried out where answers are sent."""

    STATUS = "status"  # my open tasks
    CANCEL = "cancel"  # and away with them
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
class Task:
    """What is to be done for one message. It holds all that the steps need, so repeating one gives the same.

    Either `answer` is a ready reply (help, a refusal) and nothing is read, or `command` is carried out, or
    `attachments` are read with `prompt`, or, where nobody named one, with the one of `candidates` that the page is
    recognised as, else with `prompt`. With `refers` the attachments are those of an earlier task, the first of these
    that is still known, else its own, and where it has none `answer` is said. With `command` they name the task that
    it is about.
    """

    id: str
    address: Address
    received_at: float  # Unix seconds
    answer: str = ""  # Markdown
    note: str = ""  # Markdown: what of the message is not read, and why
    attachments: tuple[Attachment, ...] = ()
    prompt: Prompt | None = None
    candidates: tuple[Prompt, ...] = ()
    only: tuple[str, ...] = ()  # names of the fields that the reply shows, as they were said; none: all
    masked: bool = False  # masked fields are hidden in the reply
    companies: tuple[Company, ...] = ()  # buyers that invoices may be made out to; none: any
    duplicates: DuplicateScope = DuplicateScope.OFF  # among whose papers the same one is told of
    plain: str = ""  # the word that asks for the whole text
    refers: tuple[str, ...] = ()  # where to look for what was posted before, see `bot.storage.earlier_tasks`
    inherits: bool = False  # no kind was named: what was posted before is taken for what it was taken for then
    pages: PageChoice = PageChoice.SAME  # of that
    about: str = ""  # the id that a task for the quoted message has or would have
    remember_seconds: int = 0  # how long somebody may ask again without posting again
    command: Command | None = None
    formats: tuple[Format, ...] = ()  # of the files that go with the answer
    first_page: int = 0  # of each file with pages, from 0
    most_pages: int = MOST_PAGES  # of one file that are read as pictures
    most_members: int = MOST_MEMBERS  # of the archives in one message
    receipt: ReceiptRules = _NO_RECEIPT
    notice: str = ""  # plain text: who provides the service, for the reply's last line

    @property
    def fetches(self) -> bool:
        """Whether files are to be got, here or from what was posted before, ere anything is answered."""
        return bool(self.attachments or (self.refers and self.command is None))
