"""The matrix of faults: which process suffers what at which step."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

CLAIM, FETCH, READ, REPLY = STEPS = ("claim", "fetch", "read", "reply")
UPLOAD, DOCUMENT, WEBHOOK = UPLOAD_STEPS = ("upload", "document", "webhook")  # of a document that comes over the API
BOT, WORKER, WORKERS, READER, REDIS, ENGINE, DINGTALK, API, RECEIVER = (
    *("bot", "worker", "workers", "reader", "redis", "engine", "dingtalk", "api", "receiver"),
)

# The seconds by which a clock is shifted.
CLOCKS = {"clock+2h": 7200.0, "clock-2h": -7200.0, "clock+20m": 1200.0, "clock+30h": 108_000.0}

FAILOVER = "failover"  # the master of a Redis with a replica and a Sentinel is killed

_KILLS = ("kill", "stop", "freeze")
_NETWORK = ("refuse", "hang", "slow")
# By process: its faults, and the steps at which they may meet it.
_FAULTS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    BOT: ((*_KILLS, *CLOCKS), STEPS),
    WORKER: ((*_KILLS, *CLOCKS), (FETCH, READ, REPLY)),
    WORKERS: (("kill",), (FETCH, READ, REPLY)),  # the supervisor and all below it
    READER: (("kill", "freeze"), (READ,)),
    REDIS: ((*_KILLS, *_NETWORK, "full", FAILOVER), STEPS),
    ENGINE: (("kill", *_NETWORK, "error"), (READ,)),
    DINGTALK: ((*_NETWORK, "error"), (CLAIM, FETCH, REPLY)),
}
# The same, at the steps of documents. What receives webhooks is a process of the client's.
_FAULTS_OF_DOCUMENTS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    API: ((*_KILLS, "clock+2h", "clock-2h"), UPLOAD_STEPS),
    WORKER: (("kill", "freeze"), (DOCUMENT, WEBHOOK)),
    WORKERS: (("kill",), (DOCUMENT, WEBHOOK)),
    READER: (("kill",), (DOCUMENT,)),
    REDIS: (("kill", "freeze", *_NETWORK, "full", FAILOVER), UPLOAD_STEPS),
    ENGINE: (("kill", "hang", "error"), (DOCUMENT,)),
    RECEIVER: (("kill", "hang", "error"), (WEBHOOK,)),
}
# Faults after which nobody can know whether a message that was being sent has arrived.
_MAY_CUT_A_SEND = {(WORKER, "kill"), (WORKER, "freeze"), (WORKERS, "kill"), (DINGTALK, "hang"), (DINGTALK, "lost")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One fault for one process at one step."""

    process: str
    fault: str
    step: str

    @property
    def name(self) -> str:
        """The name by which it is chosen and listed."""
        return f"{self.process}:{self.fault}@{self.step}"

    @property
    def may_repeat(self) -> bool:
        """Whether a process or a connection may end within a send, so that it has to be repeated.

        A webhook may be called again at any time: whoever is called tells that by the event's id.
        """
        return self.of_documents or self.process == REDIS or (self.process, self.fault) in _MAY_CUT_A_SEND

    @property
    def of_documents(self) -> bool:
        """Whether it meets documents that come over the API, instead of messages."""
        return self.step in UPLOAD_STEPS

    @property
    def has_replica(self) -> bool:
        """Whether Redis has a replica and a Sentinel."""
        return self.fault == FAILOVER

    @property
    def stands_alone(self) -> bool:
        """Whether it needs a deployment of its own."""
        return self.shifts_time or self.has_replica

    def may_follow(self, other: "Cell") -> bool:
        """Whether it may be played with the deployment of another cell, after that."""
        return not (self.stands_alone or other.stands_alone) and self.of_documents == other.of_documents

    @property
    def shifts_time(self) -> bool:
        """Whether the fault is a clock that jumps."""
        return self.fault in CLOCKS


MATRIX: tuple[Cell, ...] = (
    *(
        Cell(process=process, fault=fault, step=step)
        for process, (faults, steps) in (*_FAULTS.items(), *_FAULTS_OF_DOCUMENTS.items())
        for fault in faults
        for step in steps
    ),
    Cell(process=DINGTALK, fault="lost", step=REPLY),  # a message is sent, but its answer is lost
)


def chosen(patterns: Sequence[str]) -> list[Cell]:
    """Return the cells whose names match any of the patterns, all if there is none; raises `ValueError` for none."""
    found = [cell for cell in MATRIX if not patterns or any(fnmatch(cell.name, pattern) for pattern in patterns)]
    if not found:
        raise ValueError(f"no cell is named like {' '.join(patterns)}; --list shows all")
    return found
