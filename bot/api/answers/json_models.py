"""The form of the JSON that callers get. Pages, papers and rows count from 1; times are ISO 8601 with a zone."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.document import Match, SignatureState, Source, Status
from bot.domain.requests.record import RequestState
from bot.domain.requests.submission import RequestKind

BoxJson = Annotated[
    list[int], Field(description="[left, top, right, bottom] in pixels of the upright page; right and bottom exclusive")
]


class ApiJson(BaseModel):
    """What all of it has in common."""

    model_config = ConfigDict(frozen=True)


class WrongValueJson(ApiJson):
    """One wrong value of a request."""

    at: str = Field(description="the name of the value")
    what: str


class ProblemJson(BaseModel):
    """A problem as of RFC 9457. `detail` says what to do, in Chinese or English by Accept-Language."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = Field(description="a URN that programs can compare: urn:ocrbot-problem:…")
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: list[WrongValueJson] | None = None


class FileJson(ApiJson):
    """A file as it was sent."""

    name: str
    bytes: int
    sha256: str


class ChecksJson(ApiJson):
    """The checks of the prompt file that a value passes and fails."""

    passed: list[str]
    failed: list[str]


class CorrectionJson(ApiJson):
    """A person's correction of a value, which stays beside what was read."""

    paper: int
    field: str
    row: int | None = None
    before: str
    after: str
    by: str
    at: str


class FieldJson(ApiJson):
    """A value: dates are ISO 8601, money is a plain decimal, a missing value is ""."""

    key: str
    name: str
    role: str | None
    value: str
    status: Status
    source: Source
    page: int | None
    box: BoxJson | None
    checks: ChecksJson
    doubts: list[str] = Field(description="why it is doubtful, in Chinese or English by Accept-Language")
    correction: CorrectionJson | None


class SameAsJson(ApiJson):
    """Where the same paper was posted before."""

    id: str | None = Field(description="of the request, if the caller may see it")
    at: str
    match: Match


class SignatureJson(ApiJson):
    """What the file's digital signatures prove."""

    state: SignatureState
    signers: list[str]
    unknown_signer: bool


class PaperJson(ApiJson):
    """One paper in a file."""

    prompt: str
    title: str
    engine: str
    output_of: str
    pages: list[int]
    first_page: int
    pages_left: int
    text: str
    fields: list[FieldJson]
    rows: list[list[FieldJson]]
    warnings: list[str] = Field(description="what is doubtful of it as a whole, in Chinese or English")
    codes: list[str] = Field(description="the texts of the codes on its pages, as far as they were looked for")
    same_as: SameAsJson | None
    signature: SignatureJson | None
    region: BoxJson | None


class PaperTitleJson(ApiJson):
    """What kind of paper it is."""

    prompt: str
    title: str


class PictureJson(ApiJson):
    """The size of a page in whose pixels boxes are; the picture itself may be smaller."""

    page: int
    width: int
    height: int


class FailureJson(ApiJson):
    """Why a file was not read."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    sentence: str = Field(description="why, and what to do, in Chinese or English")


class RequestJson(ApiJson):
    """What is known of a request."""

    id: str
    kind: RequestKind
    status: RequestState
    reference: str
    submitted_at: str
    started_at: str | None
    finished_at: str | None
    keep_until: str | None
    ahead: int
    expected_seconds: float | None
    pages_done: int
    pages_total: int
    client: str


class DocumentJson(RequestJson):
    """One file, and what was read of it once it is done."""

    file: FileJson
    number: int = Field(description="which of the request's files it is, from 1")
    files: int = Field(description="of the request: one, unless it is a batch or an archive")
    papers: list[PaperJson]
    left_over: str
    pictures: list[PictureJson]
    problem: FailureJson | None


class ListedJson(RequestJson):
    """A request in a list."""

    file: FileJson
    files: int
    papers: list[PaperTitleJson]
    problem: FailureJson | None


class ListJson(ApiJson):
    """A page of a list; `next` is the cursor of the following one, null at the end."""

    items: list[ListedJson]
    next: str | None


class SummandJson(ApiJson):
    """One paper of a sum."""

    id: str
    file: int
    title: str
    amount: str | None
    status: Status
    left_out: str | None = Field(description="why it does not count")


class SumJson(ApiJson):
    """The sum of papers, in yuan."""

    total: str
    status: Status
    counted: int
    kinds: dict[str, int]
    entries: list[SummandJson]


class BatchJson(RequestJson):
    """Several files, and their sum once they are read; null where fewer than two have an amount."""

    files: list[FileJson]
    documents: list[DocumentJson]
    sum: SumJson | None
    problem: FailureJson | None


class PromptFieldJson(ApiJson):
    """A field that a prompt finds."""

    key: str
    name: str
    type: str
    role: str | None


class PromptJson(ApiJson):
    """A kind of document."""

    name: str
    title: str
    output: str
    takes_fields: bool = Field(description="whether it needs `fields`")
    fields: list[PromptFieldJson]
    columns: list[PromptFieldJson]
    answer_schema: dict[str, Any] = Field(description="the JSON Schema of its values by key")


class PromptsJson(ApiJson):
    """The kinds of documents that the caller may use."""

    items: list[PromptJson]


class CorrectionsJson(ApiJson):
    """All corrections of a request, the earliest first."""

    items: list[CorrectionJson]


class HealthJson(BaseModel):
    """What each check found: ok, or what is wrong."""

    model_config = ConfigDict(frozen=True, extra="allow")
