"""The leases of the steps: for sending or cancelling a task's answer, giving its receipt, calling a webhook."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from bot.domain.errors import Unavailable
from bot.storage.files_and_outcomes import ToAnswer
from bot.storage.leases import Leases, answering
from bot.storage.store import Store
from workers.heartbeat import beating

_SECONDS = 15.0  # that others wait after a worker was killed; giving a receipt takes less
_RENEWALS = 3  # within the term of a lease
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds


class Taken(Unavailable):
    """Another worker holds the lease."""


@dataclass(slots=True, kw_only=True, eq=False)
class Lease:
    """The exclusive right of one holder to do something, see `bot.storage.leases`."""

    leases: Leases
    name: str
    holder: str
    seconds: float = _SECONDS
    over: bool = False  # it ended with what it was for
    _fresh_until: float = 0.0  # in seconds of `monotonic`

    def hold(self) -> bool:
        """Take the lease; False while another holder has it."""
        return self._is_held_by(self.leases.hold)

    def is_fresh(self) -> bool:
        """Return whether the lease is held for two thirds of its term more, else renew it; False if it has been lost.

        One that was lost for a while is not taken again: what it protects may have been done meanwhile.
        """
        return time.monotonic() < self._fresh_until or self._is_held_by(self.leases.renew)

    def _is_held_by(self, call: Callable[[str, str, float], bool]) -> bool:
        now = time.monotonic()  # before Redis begins to count
        held = call(self.name, self.holder, self.seconds)
        self._fresh_until = now + self.seconds / _RENEWALS if held else 0.0
        return held

    def is_held(self) -> bool:
        """Return whether anybody holds the lease."""
        return self.leases.is_held(self.name)

    def release(self) -> None:
        """Release the lease if this holder still has it."""
        if not self.over:
            self.leases.release(self.name, self.holder)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew the held lease while the block runs, and release it afterwards."""
        try:
            with beating(self.seconds / _RENEWALS, self._prolong):
                yield
        finally:
            self.release()

    def _prolong(self) -> None:
        if not self.over:
            self.leases.prolong(self.name, self.holder, self.seconds)


def answering_lease(store: Store, task_id: str) -> Lease:
    """Return the lease for sending a task's answer, or for cancelling the task."""
    return Lease(leases=store.leases, name=answering(task_id), holder=_new_holder())


def noticing_lease(store: Store, task_id: str) -> Lease:
    """Return the lease for giving a task its receipt; sending the answer waits until it is released."""
    return Lease(leases=store.leases, name=_notice(task_id), holder=_new_holder())


def calling_lease(store: Store, event_id: str) -> Lease:
    """Return the lease for telling a client's server of an event."""
    return Lease(leases=store.leases, name=f"webhook:{event_id}", holder=_new_holder())


def after_receipt(store: Store, task_id: str) -> ToAnswer:
    """Return what the answer needs once no receipt is being given, so that none follows it.

    Raises `Unavailable` if one is being given for 3 s.
    """
    for pause in (*_PAUSES, 0.0):
        to_answer = store.files.to_answer(task_id, waits_for=_notice(task_id))
        if not to_answer.is_held_back:
            return to_answer
        time.sleep(pause)
    raise Unavailable("the receipt is being given", retry_after=1.0)


def _notice(task_id: str) -> str:
    return f"notice:{task_id}"


def _new_holder() -> str:
    """Return a unique name for a holder; it starts with the process id, to help operators."""
    return f"{os.getpid()}-{uuid4().hex}"
