"""Bugs that are planted to show that runs find them. Each replaces one thing of the real code."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import bot.storage.requests.acceptance
import workers.steps.read
from bot.domain.document import Failure
from bot.domain.requests.record import RequestRecord
from bot.domain.requests.submission import Submission
from bot.service.sweeper import Sweeper
from bot.storage.files_and_outcomes import FilesAndOutcomes
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.keys.tasks import CLAIM
from bot.storage.leases import Leases
from bot.storage.ledger import Ledger
from bot.storage.progress import TaskProgress
from bot.storage.queue import TaskQueue
from bot.storage.receipts import Receipts
from bot.storage.requests.removal import Removal
from bot.storage.requests.request_keys import API_REQUEST
from tests.simulation.virtual_time import replaced
from workers.steps.delivery import Delivery
from workers.steps.outcomes import put_outcome

ACKNOWLEDGE_FIRST = "a message is acknowledged before it is claimed"
_EARLY_SECONDS = 20.0

Bug = Callable[[], AbstractContextManager[None]]


@contextmanager
def _nothing_replaced() -> Iterator[None]:
    """Replace nothing: the world itself does this one, for it stands for the stream."""
    yield


def _no_lease() -> AbstractContextManager[None]:
    return replaced(Leases, "hold", lambda *_: True)


def _closed_before_sent() -> AbstractContextManager[None]:
    run = Delivery.run

    def close_and_run(self: Delivery) -> None:
        self.store.close(self.task.id, len(self.task.attachments))
        run(self)

    return replaced(Delivery, "run", close_and_run)


def _no_sweep() -> AbstractContextManager[None]:
    return replaced(Sweeper, "sweep", lambda _: None)


def _send_not_marked() -> AbstractContextManager[None]:
    mark = TaskProgress.mark

    def without_sending(self: TaskProgress, task_id: str, **counts: int) -> None:
        if rest := {name: value for name, value in counts.items() if name != "sending"}:
            mark(self, task_id, **rest)

    return replaced(TaskProgress, "mark", without_sending)


@contextmanager
def _no_sentence() -> Iterator[None]:
    put = put_outcome

    def close_in_silence(store: Any, task: Any, index: int, outcome: Any, **more: Any) -> Any:
        if not isinstance(outcome, Failure):
            return put(store, task, index, outcome, **more)
        store.close(task.id, len(task.attachments))
        return None

    def close_without_file(self: FilesAndOutcomes, task_id: str, index: int, *_: Any, **__: Any) -> bool:
        Ledger(self._redis, Receipts(self._redis), self._payloads).close(task_id, index + 1)
        return True

    with (
        replaced(workers.steps.read, "put_outcome", close_in_silence),
        replaced(FilesAndOutcomes, "put_without_file", close_without_file),
    ):
        yield


def _forgotten_file() -> AbstractContextManager[None]:
    follow = TaskQueue.follow

    def without_the_second(self: TaskQueue, task_id: str, generation: int, reads: Any, **more: Any) -> None:
        follow(self, task_id, generation, [index for index in reads if index != 1], **more)

    return replaced(TaskQueue, "follow", without_the_second)


def _taken_again() -> AbstractContextManager[None]:
    claim = Ledger.claim_on_replicas

    def forget_and_claim(self: Ledger, tasks: Any, *arguments: Any, now: float) -> tuple[list[bool], bool]:
        self._redis.delete(*(CLAIM.key(task.id) for task in tasks))
        return claim(self, tasks, *arguments, now=now)

    return replaced(Ledger, "claim_on_replicas", forget_and_claim)


def _closed_early() -> AbstractContextManager[None]:
    due = Ledger.due

    def close_the_old(self: Ledger, *, now: float, limit: int = 500) -> list[str]:
        for found in self.tasks(due(self, now=now, limit=limit)):
            if found.task is not None and now > found.task.received_at + _EARLY_SECONDS:
                self.close(found.id, len(found.task.attachments))
        return due(self, now=now, limit=limit)

    return replaced(Ledger, "due", close_the_old)


def _stopped_by_damage() -> AbstractContextManager[None]:
    due = Ledger.due

    def fail_at_damage(self: Ledger, *, now: float, limit: int = 500) -> list[str]:
        ids = due(self, now=now, limit=limit)
        if any(found.task is None for found in self.tasks(ids)):
            raise ValueError("an entry that cannot be read")
        return ids

    return replaced(Ledger, "due", fail_at_damage)


def _accepted_again() -> AbstractContextManager[None]:
    keys = bot.storage.requests.acceptance._keys

    def without_key(record: RequestRecord, submission: Submission) -> list[str]:
        return keys(record, replace(submission, idempotency_key=""))

    return replaced(bot.storage.requests.acceptance, "_keys", without_key)


def _kept_after_deletion() -> AbstractContextManager[None]:
    return replaced(Removal, "remove", lambda self, record, **_: self._redis.delete(API_REQUEST.key(record.id)))


def _not_told() -> AbstractContextManager[None]:
    return replaced(WebhookEvents, "add", lambda *_, **__: False)


BUGS: dict[str, Bug] = {
    ACKNOWLEDGE_FIRST: _nothing_replaced,
    "whoever asks for a lease gets it": _no_lease,
    "a task is closed before its answer is sent": _closed_before_sent,
    "nobody sweeps": _no_sweep,
    "it is not noted that a send begins": _send_not_marked,
    "a file that cannot be read closes its task without a sentence": _no_sentence,
    "the second of several files is not read": _forgotten_file,
    "a message that was delivered before is taken again": _taken_again,
    "the sweep closes what is older than 20 seconds": _closed_early,
    "an entry that cannot be read ends the sweep": _stopped_by_damage,
    "a document is accepted again under its key": _accepted_again,
    "what was read stays when its document is deleted": _kept_after_deletion,
    "a client is not told that its document has ended": _not_told,
}
