"""The right to speak for a task: who has it sends its answer, or sees to it that none is sent."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from bot.domain.errors import Unavailable
from bot.storage.leases import Leases
from bot.storage.store import Store
from workers.heartbeat import beating

_SECONDS = 15.0  # that others wait for a worker that was killed, and longer than a receipt takes
_BEATS = 3  # while a lease would last
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds


class Taken(Unavailable):
    """Another worker speaks for the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of one holder to do something alone."""

    leases: Leases
    name: str
    holder: str
    seconds: float = _SECONDS

    def hold(self) -> bool:
        """Take or prolong it; False while another holder has it."""
        return self.leases.hold(self.name, self.holder, self.seconds)

    def is_held(self) -> bool:
        """Tell whether anybody has it."""
        return self.leases.is_held(self.name)

    def release(self) -> None:
        """Give it back."""
        self.leases.release(self.name, self.holder)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is held for as long as the block takes, and give it back then."""
        try:
            with beating(self.seconds / _BEATS, self._prolong):
                yield
        finally:
            self.release()

    def _prolong(self) -> None:
        self.leases.prolong(self.name, self.holder, self.seconds)


def answering_lease(store: Store, task_id: str) -> Lease:
    """Return the right to send a task's answer, or to cancel it."""
    return Lease(leases=store.leases, name=f"reply:{task_id}", holder=_new_holder())


def noticing_lease(store: Store, task_id: str) -> Lease:
    """Return the right to give a task its receipt; the worker that sends its answer waits for the end of that."""
    return Lease(leases=store.leases, name=f"notice:{task_id}", holder=_new_holder())


def await_receipt(store: Store, task_id: str) -> None:
    """Wait while a task is given its receipt, so that this never comes after the answer; raises `Unavailable`."""
    giving = noticing_lease(store, task_id)
    for pause in (*_PAUSES, 0.0):
        if not giving.is_held():
            return
        time.sleep(pause)
    raise Unavailable("the receipt is being given", retry_after=1.0)


def _new_holder() -> str:
    """Return the name of a holder that no other process has, with the process' id for those who look into Redis."""
    return f"{os.getpid()}-{uuid4().hex}"
