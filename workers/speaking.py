"""The right to speak for a task: who has it sends its answer, or sees to it that none is sent."""

import os
from dataclasses import dataclass
from uuid import uuid4

from bot.store import Store

_LEASE_SECONDS = 45  # longer than one part takes; prolonged before each


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do something alone."""

    store: Store
    name: str
    holder: str

    def hold(self) -> bool:
        """Take or prolong it; False while another has it."""
        return self.store.lease(self.name, self.holder, _LEASE_SECONDS)

    def release(self) -> None:
        """Give it back."""
        self.store.release(self.name, self.holder)


def answering_lease(store: Store, task_id: str) -> Lease:
    """Return the right to speak for a task."""
    return Lease(store=store, name=f"reply:{task_id}", holder=f"{os.getpid()}-{uuid4().hex}")
