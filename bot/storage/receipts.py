"""Receipts for answers that take long: which tasks may need one, were given one, or have one that must be ended.

A receipt is a hash with the fields `note` (the `SentReceipt` that was given), `ending` (the `Ending` of its card),
`progress` (what its card is to show next, left by a worker that cannot show it) and `failed:WHAT` (how often a call for
it failed).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import structlog

from bot.domain import wire
from bot.domain.china import CHINA
from bot.domain.errors import Undecodable
from bot.domain.receipt import Ending, Receipt, SentReceipt
from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.keys.shared import (
    CARD_CALLS,
    DUE_RECEIPTS,
    LOGGED_SECONDS,
    MONTH_SECONDS,
    READING_SECONDS,
    READING_TIMES_SECONDS,
    RECEIPT,
    REFUSAL_LOGGED,
    REFUSED_RECEIPTS,
    REFUSED_SECONDS,
)
from bot.storage.keys.tasks import OPEN_SECONDS

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import Pipeline

_AGAIN_SECONDS = 20.0  # until a check whose process died is repeated
_MOST_READINGS = 50  # whose seconds are kept, by engine

_log = structlog.get_logger("ocrbot.receipts")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReceipts:
    """The ids of tasks that are due for a check, and whether any task is to be checked, now or later."""

    ids: list[str]
    any_planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReceipt:
    """A receipt that was given, with its ending, None while the task is open, and progress that is not shown yet."""

    note: SentReceipt
    ending: Ending | None = None
    progress: str = ""


class Receipts:
    """The receipts of tasks. Every method is one round trip."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._take_due = scripts.load(redis, "take_due")
        self._spend_calls = scripts.load(redis, "spend_calls")
        self._set_if_exists = scripts.load(redis, "set_if_exists")

    # -- when to check

    def plan(self, tasks: Iterable[Task], *, now: float, client: "Pipeline") -> None:
        """Schedule a check of each task with files to read, for when its person has waited long enough for a receipt.

        If the task has been answered by then, the check does nothing.
        """
        times = {task.id: now + task.receipt.after_seconds for task in tasks if _needs_receipt(task)}
        if times:
            client.zadd(DUE_RECEIPTS.key(), times, nx=True)
            client.expire(DUE_RECEIPTS.key(), OPEN_SECONDS)

    def due(self, *, now: float, limit: int = 100) -> DueReceipts:
        """Take the tasks due for a check; each is due again in 20 s unless it is dropped or rescheduled."""
        answer = self._take_due(keys=[DUE_RECEIPTS.key()], args=[now, now + _AGAIN_SECONDS, limit])
        ids, planned = cast("tuple[list[bytes], int]", answer)
        return DueReceipts(ids=[task_id.decode() for task_id in ids], any_planned=planned > 0)

    def schedule_check(self, task_id: str, *, at: float) -> None:
        """Schedule the next check of a task for `at` (Unix seconds), unless it was dropped."""
        self._redis.zadd(DUE_RECEIPTS.key(), {task_id: at}, xx=True)

    def drop(self, task_id: str) -> None:
        """Stop checking a task."""
        self._redis.zrem(DUE_RECEIPTS.key(), task_id)

    # -- the receipts given

    def begin(self, note: SentReceipt) -> bool:
        """Store a receipt before it is given; return False if the task already has one, given or begun."""
        key = RECEIPT.key(note.task_id)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(key, "note", wire.encode(note))
            pipe.expire(key, OPEN_SECONDS)
            return bool(pipe.execute()[0])

    def replace(self, note: SentReceipt) -> None:
        """Replace the note of a task's receipt, if giving it ended differently than it began."""
        self._set_if_exists(keys=[RECEIPT.key(note.task_id)], args=["note", wire.encode(note)])

    def take_back(self, task_id: str) -> None:
        """Forget a receipt that was begun and certainly not given, so that it can be begun again."""
        self._redis.hdel(RECEIPT.key(task_id), "note")

    def given(self, task_id: str) -> GivenReceipt | None:
        """Return the receipt that a task was given, None if there is none or it cannot be decoded."""
        found = cast("dict[bytes, bytes]", self._redis.hgetall(RECEIPT.key(task_id)))
        if b"note" not in found:
            return None
        ending = found.get(b"ending")
        try:
            note = wire.decode(SentReceipt, found[b"note"])
            return GivenReceipt(
                note=note,
                ending=wire.decode(Ending, ending) if ending is not None else None,
                progress=found.get(b"progress", b"").decode(errors="replace"),
            )
        except Undecodable as error:  # written by another version; no answer may be lost over it
            _log.error("receipt unreadable", task=task_id, error=str(error))
            return None

    def set_ending(self, task_id: str, ending: Ending) -> None:
        """Store what a receipt's card is finally to show, if there is a receipt."""
        self._set_if_exists(keys=[RECEIPT.key(task_id)], args=["ending", wire.encode(ending)])

    def leave_progress(self, task_id: str, text: str, *, now: float) -> None:
        """Leave a text that a receipt's card is to show to the worker that checks the receipt, which becomes due."""
        with self._redis.pipeline(transaction=False) as pipe:
            self._set_if_exists(keys=[RECEIPT.key(task_id)], args=["progress", text], client=pipe)
            pipe.zadd(DUE_RECEIPTS.key(), {task_id: now}, xx=True)
            pipe.execute()

    def forget_progress(self, task_id: str) -> None:
        """Forget the text that a receipt's card was to show."""
        self._redis.hdel(RECEIPT.key(task_id), "progress")

    def count_failure(self, task_id: str, what: str) -> int:
        """Count a failure to do `what` with a card or a reaction; return the number of failures."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(RECEIPT.key(task_id), f"failed:{what}", 1)
            pipe.expire(RECEIPT.key(task_id), OPEN_SECONDS)
            return int(pipe.execute()[0])

    # -- how long reading takes

    def add_reading_seconds(self, engine: str, seconds: float) -> None:
        """Store how many seconds an engine took for each page of a file."""
        key = READING_SECONDS.key(engine)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.lpush(key, f"{seconds:.3f}")
            pipe.ltrim(key, 0, _MOST_READINGS - 1)
            pipe.expire(key, READING_TIMES_SECONDS)
            pipe.execute()

    def reading_seconds(self, engine: str) -> tuple[float, ...]:
        """Return the seconds a page of an engine's latest readings, empty if there was none within the hour."""
        return tuple(float(seconds) for seconds in self._redis.lrange(READING_SECONDS.key(engine), 0, -1))

    # -- what DingTalk accepts

    def mark_refused(self, mode: str) -> bool:
        """Avoid `mode`, a kind of receipt or "streaming", for ten minutes; return whether to log it, once a day."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(REFUSED_RECEIPTS.key(mode), "1", ex=REFUSED_SECONDS)
            pipe.set(REFUSAL_LOGGED.key(mode), "1", ex=LOGGED_SECONDS, nx=True)
            return bool(pipe.execute()[1])

    def is_refused(self, mode: str) -> bool:
        """Return whether DingTalk refused `mode` within the last ten minutes."""
        return bool(self._redis.exists(REFUSED_RECEIPTS.key(mode)))

    def spend(self, calls: int, *, most: int, now: float) -> bool:
        """Take `calls` of the `most` that cards may use in a month; False if fewer are left."""
        month = datetime.fromtimestamp(now, CHINA).strftime("%Y-%m")
        return bool(self._spend_calls(keys=[CARD_CALLS.key(month)], args=[calls, most, MONTH_SECONDS]))


def _needs_receipt(task: Task) -> bool:
    return task.fetches and task.receipt.mode is not Receipt.OFF
