"""The task for one message: an envelope with one of four contents."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator

from bot.domain.attachment_format import Format
from bot.domain.limits import MOST_MEMBERS, MOST_PAGES
from bot.domain.message import Attachment, DingTalkConversation, Recipient, conversation_id_of
from bot.domain.organisation import Company, DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.receipt import Receipt, ReceiptRules
from bot.domain.shared_parts import Shared

READ_SECONDS = 1800.0  # a file not read by then gets a sentence that says so
GIVE_UP_SECONDS = 24 * 3600.0  # instead of an answer not sent by then a sentence is sent
LAST_TRY_SECONDS = 3600.0  # for which that sentence is tried, before the task is dropped
_NO_RECEIPT = ReceiptRules(mode=Receipt.OFF)


class Command(StrEnum):
    """A command to the bot itself. A worker runs the first three."""

    STATUS = "status"  # show the person's open tasks
    CANCEL = "cancel"  # cancel one or all of them
    STATISTICS = "statistics"  # show statistics; admins only
    RELOAD = "reload"  # read the configuration again; admins only
    HELP = "help"


class PageChoice(StrEnum):
    """Which pages of an earlier file a question is about."""

    SAME = "same"  # those that were read before
    NAMED = "named"  # those that the message names
    FURTHER = "further"  # those after the ones that were read before


class BurstPart(StrEnum):
    """What a message brings to those that its sender writes within the same few seconds."""

    FILES = "files"  # and no words
    WORDS = "words"  # about files, and none


def task_id(message_id: str) -> str:
    """Return the id of a message's task: 20 characters of [0-9a-f], fit for RQ job ids and for people to copy."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send a ready reply: help, a refusal or the result of a command."""

    kind: Literal["say"] = "say"
    text: str  # Markdown
    at_first: str = ""  # Markdown: said in its place to a person whom the bot has answered nothing yet


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """Carry out a command."""

    kind: Literal["command"] = "command"
    command: Command
    references: tuple[str, ...] = ()  # to the task it is about, see `bot.storage.earlier_tasks`


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A value that a person gives for a field, both as written."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsOfKind:
    """What a message does after a paper of one kind: the act, and the names of the fields that it is about."""

    kind: str
    act: str  # of `bot.domain.asking.grammar`: ask or correct
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsToFind:
    """A part of a message of which words may be printed on the paper it is about, folded, in simplified characters."""

    text: str
    own: tuple[int, ...] = ()  # places in it of characters that are of no known word; one of them must be printed
    whole: bool = False  # they must be a label or a cell as a whole, for the message may be about something else
    alone: bool = False  # the message says nothing else: all of it must be a label or a cell
    labels: tuple[str, ...] = ()  # parts of labels that papers print for what is said
    ends: tuple[str, ...] = ()  # how labels end behind which stands what is asked for: a person, a day, an amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Read files, each with the one of `candidates` that its pages are recognised as, else with `prompt`."""

    kind: Literal["read"] = "read"
    attachments: tuple[Attachment, ...] = ()
    prompt: Annotated[Prompt, Shared()]
    candidates: tuple[Annotated[Prompt, Shared()], ...] = ()  # empty if the message names a kind
    kind_named: bool = False  # the message names the kind of `prompt`
    wanted_fields: tuple[str, ...] = ()  # names of the fields to show, as the person wrote them; empty for all
    formats: tuple[Format, ...] = ()  # of the files to send with the answer
    only_files: bool = False  # the person has the answer and wants it as files: these are sent without it
    first_page: int = 0  # of each file with pages, from 0
    most_pages: int = MOST_PAGES  # to read of one file as pictures
    masked: bool = False  # hide masked fields in the reply
    companies: Annotated[tuple[Company, ...], Shared()] = ()  # buyers that invoices may be made out to; empty for any
    duplicates: DuplicateScope = DuplicateScope.OFF  # whose documents to search for an earlier posting
    full_text_word: str = ""  # the word with which people ask for the whole text
    quoted_task: str = ""  # the id of the quoted message's task, whether or not there is one
    note: str = ""  # Markdown: what part of the message is not read, and why
    corrections: tuple[Correction, ...] = ()  # shown in place of what was read; the later one of two counts
    asks_duplicate: bool = False  # the answer says only whether the papers were handed in before
    by_kind: tuple[FieldsOfKind, ...] = ()  # what is wanted of papers of these kinds, instead of `wanted_fields`
    given: str = ""  # the value that a correction in `by_kind` gives
    find: tuple[WordsToFind, ...] = ()  # the rows of the papers that have these words are shown besides
    trial: str = ""  # of a prompt: read anew, whatever is known, and the engine's answers are kept; another for each

    def for_kinds(self, kinds: Collection[str]) -> "Read":
        """Return how to read papers of these kinds; the same if `by_kind` tells of none of them."""
        told = [one for one in self.by_kind if one.kind in kinds]
        if not told:
            return self
        corrected = [one.fields[0] for one in told if self.given and one.act == "correct"]
        corrections = tuple(Correction(name=name, value=self.given) for name in dict.fromkeys(corrected))
        return replace(
            self,
            wanted_fields=tuple(dict.fromkeys(name for one in told for name in one.fields)),
            corrections=corrections or self.corrections,
            by_kind=(),
            given="",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """Read again what was posted before: whatever the first of `references` that is still known leads to.

    If none is known, read the attachments in `read`; if there are none, send `unknown`.
    """

    kind: Literal["refer"] = "refer"
    references: tuple[str, ...]  # see `bot.storage.earlier_tasks`
    read: Read  # how to read it
    inherits: bool = False  # the message names no kind: use the one it was read as then
    again: bool = False  # read anew, whatever was read then
    pages: PageChoice = PageChoice.SAME
    unknown: str = ""  # Markdown
    at_first: str = ""  # Markdown: said in place of `unknown` to a person whom the bot has answered nothing yet
    otherwise: str = ""  # Markdown: the answer where nothing is asked of papers of their kinds, and none has `find`


# The tag saves trying each member when decoding.
Content = Annotated[Say | RunCommand | Read | Refer, Discriminator("kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The task for one message, with everything the steps need: repeating a step gives the same result."""

    id: str
    recipient: Recipient  # who asked, and where the answer goes
    received_at: float  # Unix seconds
    content: Content
    most_members: int = MOST_MEMBERS  # the most files to read from its archives
    remember_seconds: int = 0  # for how long the person may ask again without posting again
    receipt: ReceiptRules = _NO_RECEIPT
    burst_part: BurstPart | None = None  # None if the message stands for itself
    service_notice: str = ""  # plain text for the reply's last line: who provides the service

    @property
    def conversation(self) -> DingTalkConversation:
        """The conversation that the answer goes to; raises `TypeError` for a request of the API, which has none."""
        if isinstance(self.recipient, DingTalkConversation):
            return self.recipient
        raise TypeError(f"task {self.id} has no conversation: nothing is sent to {self.recipient.person}")

    @property
    def conversation_id(self) -> str:
        """The id of the conversation whose order the answer keeps, "" if there is none."""
        return conversation_id_of(self.recipient)

    @property
    def to_read(self) -> Read:
        """What to read, posted now or before; raises `TypeError` if there is nothing to read."""
        match self.content:
            case (Read() as read) | Refer(read=read):
                return read
            case _:
                raise TypeError(f"task {self.id} reads nothing: {self.content.kind}")

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that the message brings."""
        return self.to_read.attachments if isinstance(self.content, Read | Refer) else ()

    @property
    def may_need_no_engine(self) -> bool:
        """Whether its files may all be read without an engine, by their names."""
        return bool(self.attachments) and all(attachment.may_have_text for attachment in self.attachments)

    @property
    def fetches(self) -> bool:
        """Whether files, its own or earlier ones, must be fetched before the answer."""
        return bool(self.attachments) or isinstance(self.content, Refer)
