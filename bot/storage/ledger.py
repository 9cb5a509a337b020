"""The ledger of open tasks: each is claimed once, checked until it is answered, and closed once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from bot.domain import wire
from bot.domain.errors import Undecodable
from bot.domain.message import DingTalkConversation
from bot.domain.task import Read, Refer, RunCommand, Task
from bot.domain.wire import Envelope
from bot.storage import scripts
from bot.storage.answer_order import ORDER_PREFIXES, has_place
from bot.storage.daily_counts import day_key
from bot.storage.earlier_tasks import Reference, add_to_bursts, encode_posted, reference_keys
from bot.storage.keys.shared import DAY_SECONDS, DUE_RECEIPTS, RECEIPT
from bot.storage.keys.tasks import (
    ANSWER_ORDER,
    CANCELLED,
    CLAIM,
    CLAIMED_INVOICES,
    EARLIER_TASK,
    FILE,
    LATEST_ABOUT,
    LATEST_OF_PERSON,
    LEASE,
    LEDGER,
    MET,
    MET_SECONDS,
    OPEN_OF_PERSON,
    OPEN_SECONDS,
    OUTCOME,
    POSTED,
    POSTED_SECONDS,
    PROGRESS,
    REFERRED_TO,
    SHARED,
    TASK,
    WAITING,
)
from bot.storage.leases import answering
from bot.storage.progress import Progress, progress_in
from bot.storage.receipts import Receipts
from bot.storage.replicas.waiting import NO_WAIT, ReplicaWait
from bot.storage.task_payloads import TaskPayloads

if TYPE_CHECKING:
    from redis.client import Pipeline

_log = structlog.get_logger("ocrbot.ledger")

_TASK_ID: Final = re.compile(rb"[0-9A-Za-z_-]{1,100}")
_MOST_AHEAD_SECONDS: Final = 300.0  # that a check is scheduled ahead at most
CHECK_SECONDS = 15.0  # how often the sweeper checks an open task


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a task ends: what it adds to the counts of the day, how long it is remembered, what cancelled it."""

    now: float = 0.0  # Unix seconds
    conversation: str = ""  # whose order of answers the task leaves; "" for that of what it posted
    counts: Mapping[str, float] = field(default_factory=dict)  # see `bot.storage.daily_counts`
    remember_seconds: int = 0
    cancelled_by: str = ""  # the id of a command
    answered: bool = False  # the person got what was read
    person: str = ""  # whose task it is, "" for a person without an id


NOTHING = Closing()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTask:
    """An open task, None if there is none or this version cannot read it; then `envelope` is what can be told of it."""

    id: str
    task: Task | None
    progress: Progress
    envelope: Envelope | None = None
    newer: bool = False  # a later version than this seems to have written it


class Ledger:
    """The open tasks. Every method is one round trip."""

    def __init__(self, redis: Redis, receipts: Receipts, payloads: TaskPayloads) -> None:
        self._redis = redis
        self._payloads = payloads
        self._receipts = receipts
        self._told: set[str] = set()  # the ids of unreadable tasks that were logged
        self._claim = scripts.load(redis, "claim_task")
        self._close = scripts.load(redis, "close_task", functions="answer_order")

    def claim(self, tasks: Sequence[Task], *, now: float) -> list[bool]:
        """Store each task unless its message was taken before; return for each whether the caller is to start it.

        What a task refers to is resolved here, so that nothing posted later changes its meaning.
        """
        return self.claim_on_replicas(tasks, NO_WAIT, now=now)[0]

    def claim_on_replicas(self, tasks: Sequence[Task], wait: ReplicaWait, *, now: float) -> tuple[list[bool], bool]:
        """Do the same as `claim`; return too whether as many replicas had the tasks in time as `wait` wants."""
        encoded = [self._payloads.encode(task) for task in tasks]
        parts = {digest: payload for _, named in encoded for digest, payload in named.items()}
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                self._payloads.write_stale(parts, pipe)
                begin = len(pipe)
                for number, (task, (payload, _)) in enumerate(zip(tasks, encoded, strict=True)):
                    self._add_claim(task, payload, now, pipe, repeated=number > 0)
                self._receipts.plan(tasks, now=now, client=pipe)
                add_to_bursts(tasks, pipe)
                if parts:
                    pipe.exists(*map(SHARED.key, parts))
                wait.add_to(pipe)  # in the same pipeline: another connection may be one to another master
                results = pipe.execute()
        except RedisError:
            self._payloads.forget_written()
            raise
        replicated = wait.is_enough(results)
        if parts and results[-1] < len(parts):  # somebody emptied this Redis
            with self._redis.pipeline(transaction=False) as pipe:
                self._payloads.forget_written()
                self._payloads.write_stale(parts, pipe)
                pipe.execute()
        return [bool(taken) for taken in results[begin : begin + len(tasks)]], replicated

    def _add_claim(self, task: Task, payload: bytes, now: float, client: "Pipeline", *, repeated: bool) -> None:
        references = reference_keys(_references(task))
        keys = [*_claim_keys(task), *(reference.key for reference in references)]
        self._claim(keys=keys, args=_claim_arguments(task, payload, references, now), client=client, repeated=repeated)

    def due(self, *, now: float, limit: int = 500) -> list[str]:
        """Return the ids of open tasks that are due for a check, the longest due first.

        Those whose check lies further ahead than any is scheduled are due too: the clock was set back.
        """
        key, beyond = LEDGER.key(), now + _MOST_AHEAD_SECONDS
        ids = cast("list[bytes]", self._redis.zrange(key, "-inf", now, byscore=True, offset=0, num=limit))
        if not ids:
            ids = cast("list[bytes]", self._redis.zrange(key, beyond, "+inf", byscore=True, offset=0, num=limit))
        if strange := [task_id for task_id in ids if not _TASK_ID.fullmatch(task_id)]:
            _log.error("entries of the ledger removed that are no tasks", entries=[repr(one)[:100] for one in strange])
            self._redis.zrem(key, *strange)
            return self.due(now=now, limit=limit)
        return [task_id.decode() for task_id in ids]

    def schedule_check(self, task_id: str, *, at: float) -> None:
        """Schedule the next check of an open task for `at` (Unix seconds); a closed one stays closed."""
        self.schedule_checks([task_id], at=at)

    def schedule_checks(self, task_ids: Sequence[str], *, at: float) -> None:
        """Schedule the next checks of open tasks for `at` (Unix seconds); closed ones stay closed."""
        if task_ids:
            self._redis.zadd(LEDGER.key(), dict.fromkeys(task_ids, at), xx=True)

    def arrived_since(self, task_ids: Sequence[str], *, since: float) -> set[str]:
        """Return those of the tasks that have something to read and arrived at `since` (Unix seconds) or later."""
        if not task_ids:
            return set()
        times = self._redis.zmscore(WAITING.key(), [*task_ids])
        return {task_id for task_id, at in zip(task_ids, times, strict=True) if at is not None and at >= since}

    def tasks(self, task_ids: Sequence[str]) -> list[FoundTask]:
        """Return what is stored of each task and how far it has come."""
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id in task_ids:
                pipe.get(TASK.key(task_id))
                pipe.hgetall(PROGRESS.key(task_id))
            found = pipe.execute(raise_on_error=False)
        return [
            self._found(task_id, payload, fields)
            for task_id, payload, fields in zip(task_ids, found[::2], found[1::2], strict=True)
        ]

    def _found(self, task_id: str, payload: object, fields: object) -> FoundTask:
        progress = progress_in(cast("dict[bytes, bytes]", fields)) if isinstance(fields, dict) else Progress()
        if payload is None:
            return FoundTask(id=task_id, task=None, progress=progress)
        if not isinstance(payload, bytes):  # Redis' error: the key holds something else
            self._tell_once(task_id, str(payload))
            return FoundTask(id=task_id, task=None, progress=progress)
        try:
            return FoundTask(id=task_id, task=self._payloads.decode(payload), progress=progress)
        except Undecodable as error:
            self._tell_once(task_id, str(error))
            envelope, newer = wire.envelope_of(payload), wire.is_newer(payload)
            return FoundTask(id=task_id, task=None, progress=progress, envelope=envelope, newer=newer)

    def _tell_once(self, task_id: str, error: str) -> None:
        if task_id not in self._told:
            self._told.add(task_id)
            _log.error("task unreadable: another version of ocrbot may read it", task=task_id, error=error)

    def open_tasks(self) -> int:
        """Return the number of tasks without an answer."""
        return self._redis.zcard(LEDGER.key())

    def open_of_person(self, person: str) -> int:
        """Return the number of a person's open tasks with something to read."""
        return self._redis.zcard(OPEN_OF_PERSON.key(person))

    def waiting(self) -> int:
        """Return the number of open tasks with something to read."""
        return self._redis.zcard(WAITING.key())

    def place(self, task_id: str) -> int | None:
        """Return a task's place among the open tasks with something to read, from 1; None if it is not among them.

        Answers of different conversations may overtake one another, so this does not say how long it takes.
        """
        rank = cast("int | None", self._redis.zrank(WAITING.key(), task_id))
        return None if rank is None else rank + 1

    def task(self, task_id: str) -> Task | None:
        """Return an open task, None if it was answered or given up; raises `Undecodable`."""
        payload = cast("bytes | None", self._redis.get(TASK.key(task_id)))
        return self._payloads.decode(payload) if payload is not None else None

    def close(self, task_id: str, files: int, closing: Closing = NOTHING, *, client: "Pipeline | None" = None) -> bool:
        """Close a task, keeping its claim and what later questions need; return whether it was open.

        The lease for sending its answer ends with it. In a pipeline, `client`, that is its answer.
        """
        arguments = _close_arguments(task_id, files, closing)
        return bool(self._close(keys=_close_keys(task_id, closing), args=arguments, client=client))

    def has_met(self, person: str) -> bool:
        """Return whether a task of this person was closed before, True for a person without an id."""
        return not person or bool(self._redis.exists(MET.key(person)))

    def cancelled_by(self, task_id: str) -> int:
        """Return how many tasks a command has cancelled."""
        return self._redis.scard(CANCELLED.key(task_id))


def _references(task: Task) -> tuple[str, ...]:
    return task.content.references if isinstance(task.content, Refer | RunCommand) else ()


def _quoted_task(task: Task) -> str:
    """Return the id that a task for the quoted message has or would have, "" if there is no quoted message."""
    return task.to_read.quoted_task if isinstance(task.content, Read | Refer) else ""


def _claim_keys(task: Task) -> list[str]:
    """Return the first ten KEYS of `claim_task.lua`."""
    conversation, person = task.conversation_id, task.recipient.person
    return [
        *(CLAIM.key(task.id), TASK.key(task.id), LEDGER.key(), WAITING.key(), POSTED.key(task.id)),
        *(REFERRED_TO.key(task.id), ANSWER_ORDER.key(conversation), OPEN_OF_PERSON.key(person)),
        *(LATEST_OF_PERSON.key(conversation, person), LATEST_ABOUT.key(_quoted_task(task))),
    ]


def _claim_arguments(
    task: Task, payload: bytes, references: Sequence[Reference], now: float
) -> list[str | bytes | float]:
    """Return the ARGV of `claim_task.lua`."""
    asks = not isinstance(task.content, RunCommand)
    may_ask_again = asks and isinstance(task.recipient, DingTalkConversation) and bool(task.recipient.person)
    return [
        *(payload, now + CHECK_SECONDS, task.id, OPEN_SECONDS, int(has_place(task))),
        *(task.conversation_id, now, task.recipient.person, encode_posted(task), int(not asks)),
        task.remember_seconds if may_ask_again else 0,
        POSTED_SECONDS if asks and _quoted_task(task) else 0,
        *(POSTED_SECONDS, POSTED.prefix),
        *(reference.task_id for reference in references),
    ]


def _close_keys(task_id: str, closing: Closing) -> list[str]:
    """Return the KEYS of `close_task.lua`."""
    return [
        *(LEDGER.key(), DUE_RECEIPTS.key(), WAITING.key(), TASK.key(task_id), EARLIER_TASK.key(task_id)),
        *(POSTED.key(task_id), RECEIPT.key(task_id), PROGRESS.key(task_id), CLAIMED_INVOICES.key(task_id)),
        *(REFERRED_TO.key(task_id), day_key(closing.now), CANCELLED.key(closing.cancelled_by)),
        *(LEASE.key(answering(task_id)), MET.key(closing.person)),
    ]


def _close_arguments(task_id: str, files: int, closing: Closing) -> list[str | float]:
    """Return the ARGV of `close_task.lua`."""
    return [
        *(task_id, closing.remember_seconds, int(bool(closing.cancelled_by)), OPEN_SECONDS),
        *(DAY_SECONDS, int(closing.answered), OPEN_OF_PERSON.prefix, *ORDER_PREFIXES),
        *(closing.conversation, MET_SECONDS if closing.person else 0),
        *(FILE.key(task_id, ""), OUTCOME.key(task_id, ""), files),
        *(part for count in closing.counts.items() for part in count),
    ]
