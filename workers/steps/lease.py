"""The right to speak for a task: who has it sends its answer, or sees to it that none is sent."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog
from redis.exceptions import RedisError

from bot.domain.errors import Unavailable
from bot.storage.ledger import Store
from workers.heartbeat import beating

_LEASE_SECONDS = 15  # that others wait for one who was killed
_NOTICE_SECONDS = 15  # longer than a receipt takes
_BEATS = 3  # while a lease would last
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds


_log = structlog.get_logger("ocrbot.steps")


class Taken(Unavailable):
    """Another speaks for the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do something alone."""

    store: Store
    name: str
    holder: str
    seconds: int = _LEASE_SECONDS

    def hold(self) -> bool:
        """Take or prolong it; False while another has it."""
        return self.store.lease(self.name, self.holder, self.seconds)

    def is_held(self) -> bool:
        """Tell whether anybody has it."""
        return self.store.leased(self.name)

    def release(self) -> None:
        """Give it back."""
        self.store.release(self.name, self.holder)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is held for as long as it takes, and give it back then."""
        try:
            with beating(self.seconds / _BEATS, self._prolong):
                yield
        finally:
            self.release()

    def _prolong(self) -> None:
        try:
            self.hold()
        except RedisError as error:
            _log.warning("the right to speak is not prolonged", lease=self.name, error=str(error))


def answering_lease(store: Store, task_id: str) -> Lease:
    """Return the right to speak for a task."""
    return Lease(store=store, name=f"reply:{task_id}", holder=_myself())


def noticing_lease(store: Store, task_id: str) -> Lease:
    """Return the right to give a task its receipt; whoever sends its answer waits for the end of it."""
    return Lease(store=store, name=f"notice:{task_id}", holder=_myself(), seconds=_NOTICE_SECONDS)


def await_receipt(store: Store, task_id: str) -> None:
    """Wait while a task is given its receipt, so that this never comes after the answer; raises `Unavailable`."""
    giving = noticing_lease(store, task_id)
    for pause in (*_PAUSES, 0.0):
        if not giving.is_held():
            return
        time.sleep(pause)
    raise Unavailable("the receipt is being given", retry_after=1.0)


def _myself() -> str:
    return f"{os.getpid()}-{uuid4().hex}"
