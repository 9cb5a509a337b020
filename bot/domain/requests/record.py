"""What is known of a request, from when it was accepted until it is forgotten."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.requests.submission import RequestKind, StoredFile


class RequestState(StrEnum):
    """How far a request has come."""

    QUEUED = "queued"
    READING = "reading"
    DONE = "done"  # at least one of its files was read
    FAILED = "failed"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self in {RequestState.DONE, RequestState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One request; times are in Unix seconds, None for what has not happened."""

    id: str
    client: str
    kind: RequestKind = RequestKind.DOCUMENT
    reference: str = ""
    webhook: str = ""
    prompt: str = ""  # the name of the prompt that was asked for, "" if the page decides
    files: tuple[StoredFile, ...] = ()  # as they were sent
    state: RequestState = RequestState.QUEUED
    submitted_at: float
    started_at: float | None = None
    finished_at: float | None = None
    pages_done: int = 0
    pages_total: int = 0  # of the files whose number of pages is known; 0 as long as none is
    prompts: tuple[str, ...] = ()  # the names of the prompts that its papers were read with, once it has ended
    reason: str = ""  # of a failure, a word such as `encrypted`
    sentence: str = ""  # about it, in Chinese
    keep_until: float | None = None  # when it is forgotten, once it has ended

    @property
    def name(self) -> str:
        """The name of its first file."""
        return self.files[0].name if self.files else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """Which requests to list: those that all of these fit; None and "" for any."""

    state: RequestState | None = None
    prompt: str = ""  # one that a paper of it was read with
    reference: str = ""
    since: float | None = None  # Unix seconds of when it was submitted, inclusive
    until: float | None = None  # exclusive

    def fits(self, record: RequestRecord) -> bool:
        """Return whether a record is one of them."""
        return (
            self.state in {None, record.state}
            and (not self.prompt or self.prompt in record.prompts)
            and self.reference in {"", record.reference}
            and (self.since is None or record.submitted_at >= self.since)
            and (self.until is None or record.submitted_at < self.until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEnd:
    """How a request ended."""

    state: RequestState
    at: float  # Unix seconds
    prompts: tuple[str, ...] = ()
    reason: str = ""
    sentence: str = ""
    pages: int = 0  # that were read in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of a submission."""

    id: str  # 32 hexadecimal characters: that of the earlier request if there was one
    is_new: bool = True  # False: the same was accepted before under this key
    conflicts: bool = False  # something else was accepted before under this key: this was not
    record: RequestRecord | None = None  # of a new one, as it was accepted
