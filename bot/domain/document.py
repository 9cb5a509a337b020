from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.roles import Role, role_named


class Stop(StrEnum):
    """Why an engine stopped reading."""

    DONE = "done"
    LENGTH = "length"  # the token cap
    REPETITION = "repetition"
    TIME = "time"  # the time for one page was up; what came before is there


class Status(StrEnum):
    """How sure a field's value is."""

    CHECKED = "checked"  # a check that could have failed passed, or two sources agree
    DOUBTFUL = "doubtful"  # a check failed, sources disagree or the engine was unsure
    UNCHECKED = "unchecked"  # nothing to check it with
    MISSING = "missing"  # not on the document, or not found: the value is ""


class Source(StrEnum):
    """Where a value comes from, the most trusted first."""

    EMBEDDED = "embedded"
    QR = "qr"
    MODEL = "model"
    CPU = "cpu"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle in pixels of the upright page, x to the right and y down; right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text as an engine found it; `confidence` is 0..1, None where the engine gives none."""

    text: str
    box: Box | None = None
    page: int = 0  # from 0
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an engine read on one page. `text` is in reading order, lines joined with newlines."""

    text: str
    lines: tuple[Line, ...] = ()
    stop: Stop = Stop.DONE
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value and how sure it is: dates are ISO 8601, money is a plain decimal, a missing value is "".

    Its role is the one whose name the key is, where it is given none: payloads of before there were roles name none.
    """

    name: str  # the name for people, as in the prompt: 发票号码
    key: str  # the name in the prompt file
    value: str = ""
    status: Status = Status.MISSING
    source: Source = Source.NONE
    page: int | None = None  # from 0
    box: Box | None = None
    doubts: tuple[str, ...] = ()  # why it is doubtful, for people
    role: Role | None = None  # what it is to the code

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", self.role or role_named(self.key))

    @property
    def emptied(self) -> "Field":
        """The same field without a value, and without what was known of it."""
        return Field(name=self.name, key=self.key, role=self.role)


class Match(StrEnum):
    """By what two papers were found to be the same, the surest first."""

    NUMBER = "number"
    CONTENT = "content"  # no number was read; what stands in for it is the same
    FILE = "file"  # the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """When and by whom the same paper came first: as file `index` of the task `task_id`."""

    task_id: str
    index: int  # from 0
    at: float  # Unix seconds
    match: Match
    nick: str = ""
    staff_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that a kind of document holds, such as an article of an invoice."""

    cells: tuple[Field, ...]  # one for each of the prompt's columns, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file, read and checked."""

    kind: Literal["document"] = "document"
    prompt: str  # the prompt's name: invoice
    title: str  # the prompt's title, for people: 发票
    engine: str
    seconds: float  # of engine work, pages side by side counted once
    pages: int  # that were read, from `first_page` on
    text: str
    fields: tuple[Field, ...] = ()
    doubts: tuple[str, ...] = ()  # about the document as a whole, for people
    first: FirstSeen | None = None  # where the same paper was posted before
    rows: tuple[Row, ...] = ()
    first_page: int = 0  # the first one that was read, from 0
    pages_left: int = 0  # behind the last one that was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why one file could not be read; `text` is the sentence the person gets."""

    kind: Literal["failure"] = "failure"
    reason: str
    text: str


Outcome = Document | Failure
