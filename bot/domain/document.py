"""What reading gives: an engine's lines, fields with their status and source, and the document they make up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from bot.domain.roles import Role, role_named


class Stop(StrEnum):
    """Why an engine stopped reading."""

    DONE = "done"
    LENGTH = "length"  # the token cap
    REPETITION = "repetition"
    TIME = "time"  # the time limit for one page; the text read until then is kept


class Status(StrEnum):
    """How sure a field's value is."""

    CHECKED = "checked"  # it passed a check that can fail, or two sources agree
    DOUBTFUL = "doubtful"  # a check failed, sources disagree or the engine was unsure
    UNCHECKED = "unchecked"  # nothing to check it with
    MISSING = "missing"  # not on the document or not found; the value is ""


class Source(StrEnum):
    """Where a value comes from, in order of trust."""

    EMBEDDED = "embedded"
    QR = "qr"
    MODEL = "model"
    CPU = "cpu"
    NONE = "none"


class Agreement(StrEnum):
    """How the reading of a second engine, which was told nothing of the first, compares with a value."""

    SAME = "same"  # evidence, no proof: both may have misread it
    DIFFERENT = "different"  # the doubts name both values


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of the upright page, x to the right and y down; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text that an engine read; `confidence` is 0..1, None if the engine gives none."""

    text: str
    box: Box | None = None
    page: int = 0  # from 0
    confidence: float | None = None


def box_around(lines: Sequence[Line]) -> Box:
    """Return the box around lines; raises `ValueError` if none of them has a box."""
    boxes = [line.box for line in lines if line.box is not None]
    return Box(
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelling:
    """How lines that were not level were moved: about `middle` by `slope + change * y`, then by `shift`.

    All is in pixels of the upright page, x and y from the middle.
    """

    middle: tuple[float, float]
    slope: float
    change: float = 0.0  # of the slope, for each pixel further down
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelledPart:
    """A part of a long page that was read, and its lines levelled, by itself.

    It begins at the y `top` of the upright page. Its boxes begin at the y `begins` among those of the page, which is
    further down where levelled lines above it took more room. `levelling` is in pixels of the part.
    """

    top: int
    begins: int
    levelling: Levelling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Straightening:
    """What was done to a picture before the boxes of its lines were told: it was turned, then the lines levelled."""

    quarters: int = 0  # turns of 90 degrees, anticlockwise
    levelling: Levelling | None = None
    parts: tuple[LevelledPart, ...] = ()  # instead of `levelling`, from the top


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an engine read on one page. `text` is in reading order, lines joined with newlines."""

    text: str
    lines: tuple[Line, ...] = ()
    stop: Stop = Stop.DONE
    seconds: float = 0.0
    tokens: int = 0  # of the answer, as the engine counts them; 0 if it does not say
    straightening: Straightening | None = None  # of the picture, whose boxes are as it is then; None if it stayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value and how sure it is: dates are ISO 8601, money is a plain decimal, a missing value is "".

    Without a `role`, as in payloads from before roles existed, it gets the role of the same name as its key, if any.
    """

    name: str  # the name for people, as in the prompt: 发票号码
    key: str  # the name in the prompt file
    value: str = ""
    status: Status = Status.MISSING
    source: Source = Source.NONE
    page: int | None = None  # from 0
    box: Box | None = None
    doubts: tuple[str, ...] = ()  # why it is doubtful, for people
    role: Role | None = None  # what the field means to the code
    passed: tuple[str, ...] = field(default=(), compare=False)  # names of checks that confirmed the value
    failed: tuple[str, ...] = field(default=(), compare=False)  # names of checks that made it doubtful
    second: Agreement | None = None  # None: no second engine read it, or a check said more

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", self.role or role_named(self.key))

    @property
    def emptied(self) -> "Field":
        """The same field as if it were missing: without a value, source, place and doubts."""
        return Field(name=self.name, key=self.key, role=self.role)


class Match(StrEnum):
    """What shows that two documents are the same, the surest first."""

    NUMBER = "number"
    CONTENT = "content"  # no number was read; the fields that replace it are the same
    FILE = "file"  # the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """When and by whom the same document was first posted: as file `index` of the task `task_id`."""

    task_id: str
    index: int  # from 0
    at: float  # Unix seconds
    match: Match
    nick: str = ""
    staff_id: str = ""
    paper: int = 0  # of the papers in that file, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whose output a text is, for people, and what the licence wants them to be told."""

    model: str  # HunyuanOCR
    notice: str = ""  # for the last line of a reply and for files
    terms: str = ""  # for files: what their readers may not do


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a document's table, such as one item of an invoice."""

    cells: tuple[Field, ...]  # one for each column of the prompt that the table's form has, in that order


class SignatureState(StrEnum):
    """Whether a file is as its signers left it."""

    INTACT = "intact"  # all signatures fit, and they cover all that the file holds
    CHANGED = "changed"  # it differs from what was signed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSignature:
    """What the digital signatures of a file prove; a file about which they prove nothing has none."""

    state: SignatureState
    signers: tuple[str, ...] = ()  # by their certificates; none unless roots are configured and all signers lead there
    unknown_signer: bool = False  # roots are configured, and a signer's certificate leads to none of them


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInFile:
    """Which of several papers in a file a document is, and where it stands there."""

    number: int  # from 1
    of: int
    pages: tuple[int, ...]  # from 0
    region: Box | None = None  # of its page, if it shares that with others


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyPage:
    """The page of a file that has no other: boxes are in pixels of it when it is upright, `width` by `height`."""

    width: int
    height: int
    quarters: int = 0  # anticlockwise turns of 90 degrees that made it upright, after those of a photo's EXIF


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as it was read and checked, or the first of several papers in it with the `others`."""

    kind: Literal["document"] = "document"
    prompt: str  # the prompt's name: invoice
    title: str  # the prompt's title, for people: 发票
    engine: str
    seconds: float  # of engine work; pages read at the same time count once
    pages: int  # the number of pages read, from `first_page` on
    text: str
    fields: tuple[Field, ...] = ()
    doubts: tuple[str, ...] = ()  # about the document as a whole, for people
    first: FirstSeen | None = None  # set if the same document was posted before
    rows: tuple[Row, ...] = ()
    first_page: int = 0  # the first page that was read, from 0
    pages_left: int = 0  # the number of pages after the last one read
    credit: Credit | None = None  # None: the CPU engine's, or the file's own data
    mixed: bool = False  # several papers lie on one page: its values may be of different ones
    signature: FileSignature | None = None  # of the file that it was read from
    place: PlaceInFile | None = None  # None if the file holds no other paper
    others: "tuple[Document, ...]" = ()  # the further papers in the file; these have no others
    left_over: str = ""  # what stands in the file and belongs to none of its papers
    codes: tuple[str, ...] = field(default=(), compare=False)  # texts of the codes on its pages, as far as looked for
    only_page: OnlyPage | None = field(default=None, compare=False)  # None: several were read, or none by an engine
    instead_of: str = ""  # the engine that was away when another one read it; "" if none was

    @property
    def papers(self) -> "tuple[Document, ...]":
        """All papers in the file, this one first."""
        return (self, *self.others)

    def with_each(self, change: "Callable[[Document], Document]") -> "Document":
        """Return the document with each of its papers changed."""
        return replace(change(self), others=tuple(map(change, self.others)))

    @property
    def unposted(self) -> "Document":
        """The same without what is known of earlier postings."""
        return self.with_each(lambda paper: replace(paper, first=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why one file could not be read; `text` is the sentence the person gets."""

    kind: Literal["failure"] = "failure"
    reason: str
    text: str


Outcome = Document | Failure
