"""How the deployment is doing at one moment: what waits, who works, what failed. Nothing of what was read."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class StepQueue:
    """The queue of one step."""

    step: str
    waiting: int  # jobs
    put_off: int  # jobs that wait for their time
    oldest_seconds: float  # for which the first job has waited, 0.0 without any
    at_work: int  # jobs
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """The workers of one host, or container."""

    host: str
    queues: tuple[str, ...]  # whose jobs they take
    parallel: int  # files that it reads side by side; 0 if it reads none
    started_at: float | None  # Unix seconds
    seen_at: float | None  # its last sign of life


class EngineCondition(StrEnum):
    """What the workers know of an engine."""

    PROVEN = "proven"
    WORKING = "working"  # it has read within the hour; there is no proof for its kind
    FAULTY = "faulty"  # its proof failed: it is not used
    RESTING = "resting"  # it failed lately, and is tried again soon
    UNKNOWN = "unknown"  # nothing: it was not asked since it started, or workers share no notes on it


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """One engine, by its address."""

    url: str
    condition: EngineCondition
    model: str = ""
    why: str = ""  # it is not used
    proven_at: float | None = None  # Unix seconds
    reading: int = 0  # pictures that it is at


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetUse:
    """How much is used of a number of calls to DingTalk that a window of time allows."""

    name: str
    used: int
    limit: int
    seconds: float  # of the window


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCount:
    """How often files and messages ended without a document, by the reason."""

    reason: str
    today: int
    week: int  # today and the six days before


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUse:
    """What a client of the API used today, and what waits for it."""

    name: str
    role: str
    requests_today: int = 0
    pages_today: int = 0
    pages_per_day: int = 0  # 0: no limit
    waiting: int = 0  # requests that are not being read yet


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRates:
    """What was done in a minute, over the last `seconds`."""

    seconds: float
    messages: float
    answers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """The counts of today in China."""

    messages: int
    answered: int
    cancelled: int
    mean_seconds: float
    slowest_seconds: float
    kinds: tuple[tuple[str, int], ...]  # documents by the title of their kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryUse:
    """Redis' memory in bytes; `most` is where no more files are taken, 0: nowhere."""

    used: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The whole deployment."""

    at: float  # Unix seconds
    open_tasks: int
    steps: tuple[StepQueue, ...]
    workers: tuple[WorkerState, ...]
    engine_kind: str
    engines: tuple[EngineState, ...]
    seconds_a_page: float | None  # the middle one of the last hour's files
    rates: WorkRates | None  # None until there are two counts some seconds apart
    today: DayCounts
    failures: tuple[FailureCount, ...]
    budgets: tuple[BudgetUse, ...]
    clients: tuple[ClientUse, ...]
    memory: MemoryUse
    refused_jobs: int
    last_frame_at: float | None  # when DingTalk last sent something, Unix seconds
