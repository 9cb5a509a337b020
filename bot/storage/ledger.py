"""What lives in Redis besides the queue: the ledger of open tasks, files waiting, outcomes, tokens and send budgets.

Keys, all below `ocrbot:`, each with a time to live so that nothing stays for ever:

claim:ID     a message was taken; what drops its redeliveries
posted:ID …  what was posted, for later questions: see bot.storage.earlier_tasks. For as long as those need no
             posting of their own (ten minutes by default) Redis keeps, in memory, each file's bytes and what was
             read, and a copy of both for each question that was asked about them: at 500 pictures of 2 MB in ten
             minutes 1 GB
line         sorted set of the open tasks with something to read, by when they came      mine:PERSON  somebody's own
day:DATE     what was done, see bot.storage.daily_counts
ledger       sorted set of open task ids by when to look at them next
task:ID      the Task            progress:ID   hash: generation, late, sending, sent
file:ID:N    bytes to read       outcome:ID:N  what became of them
result:KEY   documents read before, by bytes and prompt
lease:NAME   held by one process at a time
first:…      invoices posted before, see bot.storage.first_postings     seen:ID   what a task claims of them
order:…      whose answer goes next, see bot.storage.answer_order
notices      tasks that may need word that they take longer, see bot.storage.receipts       note:ID   the word they got
token:APP    DingTalk's access token, see bot.storage.tokens        budget:NAME  calls of the last while
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from redis import Redis

from bot.domain import wire
from bot.domain.document import Document, Outcome
from bot.domain.task import Read, Task
from bot.storage.answer_order import AnswerOrder, order_of
from bot.storage.daily_counts import KEPT_SECONDS, DailyCounts, day_key
from bot.storage.earlier_tasks import EarlierTasks, to_keep
from bot.storage.first_postings import FirstPostings
from bot.storage.ledger_scripts import CLAIM, CLOSE, KEEP
from bot.storage.receipts import Receipts
from bot.storage.sharing_scripts import LEASE, RELEASE, TAKE
from bot.storage.unpacking import Unpacking

OPEN_SECONDS = 26 * 3600  # longer than any task is tried for
FILE_SECONDS = 3600
RESULT_SECONDS = 3600
LOOK_SECONDS = 15.0  # how often the sweeper looks at an open task


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a task is: how often it was started over, and how many parts of its reply were begun and arrived."""

    generation: int = 0
    late: int = 0  # 1 once the time for reading is up
    sending: int = 0
    sent: int = 0
    refused: int = 0  # files of the reply that DingTalk does not take, a bit for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is left of a task that is over: what it counts at `now`, how long it is remembered, what cancelled it."""

    now: float = 0.0  # Unix seconds
    counts: Mapping[str, float] = field(default_factory=dict)  # see `bot.storage.daily_counts`
    remember_seconds: int = 0
    cancelled_by: str = ""  # the id of a command
    answered: bool = False  # the person got what was read


NOTHING = Closing()


def result_key(data: bytes, read: Read, engine: str) -> str:
    """Return the key that a file's result is kept under: the same bytes, asked the same way, of the same engine."""
    asked = [read.prompt, *read.candidates]
    digest = hashlib.sha256(data)
    buyers = [f"{company.name}\0{company.tax_number}" for company in read.companies]
    pages = f"pages {read.first_page} {read.most_pages}"
    for part in (engine, *(f"{prompt.name} {prompt.sha256} {prompt.text}" for prompt in asked), *buyers, pages):
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


class Store:
    """The ledger and all that the steps hand to one another. Every method is one round trip unless it says so."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.firsts = FirstPostings(redis)
        self.unpacking = Unpacking(redis)
        self.turns = AnswerOrder(redis, seconds=OPEN_SECONDS)
        self.receipts = Receipts(redis, seconds=OPEN_SECONDS)
        self.past = EarlierTasks(redis)
        self.tallies = DailyCounts(redis)
        self._claim = redis.register_script(CLAIM)
        self._close = redis.register_script(CLOSE)
        self._keep = redis.register_script(KEEP)
        self._take = redis.register_script(TAKE)
        self._lease = redis.register_script(LEASE)
        self._release = redis.register_script(RELEASE)

    # -- the ledger

    def claim(self, tasks: Sequence[Task], *, now: float) -> list[bool]:
        """Write each task down unless its message was taken before; tell for each whether it is ours to start.

        What a task refers to is found out here, so that nothing that is posted later changes what it meant.
        """
        with self._redis.pipeline(transaction=False) as pipe:
            for task in tasks:
                self._claim(
                    keys=[f"ocrbot:claim:{task.id}", f"ocrbot:task:{task.id}", "ocrbot:ledger"],
                    args=[
                        *(wire.encode(task), now + LOOK_SECONDS, task.id, OPEN_SECONDS, order_of(task), now),
                        *to_keep(task),
                    ],
                    client=pipe,
                )
            self.receipts.plan(tasks, now=now, client=pipe)
            return [bool(taken) for taken in pipe.execute()[: len(tasks)]]

    def due(self, *, now: float, limit: int = 500) -> list[str]:
        """Return the ids of open tasks that are to be looked at now, the longest due first."""
        ids = cast("list[bytes]", self._redis.zrange("ocrbot:ledger", "-inf", now, byscore=True, offset=0, num=limit))
        return [task_id.decode() for task_id in ids]

    def look_again(self, task_id: str, *, at: float) -> None:
        """Put off the next look at an open task; one that was closed meanwhile stays closed."""
        self._redis.zadd("ocrbot:ledger", {task_id: at}, xx=True)

    def open_tasks(self) -> int:
        """Return how many tasks have no answer yet."""
        return self._redis.zcard("ocrbot:ledger")

    def waiting(self) -> int:
        """Return how many of the open tasks have something to read."""
        return self._redis.zcard("ocrbot:line")

    def task(self, task_id: str) -> Task | None:
        """Return an open task, None when it was answered or given up; raises `Undecodable`."""
        payload = cast("bytes | None", self._redis.get(f"ocrbot:task:{task_id}"))
        return wire.decode(Task, payload) if payload is not None else None

    def rewrite(self, task: Task) -> bool:
        """Put `task` in the place of what was written down of it; False where it is closed, and stays so."""
        return bool(self._redis.set(f"ocrbot:task:{task.id}", wire.encode(task), xx=True, keepttl=True))

    def close(self, task_id: str, files: int, closing: Closing = NOTHING) -> bool:
        """Forget an answered task but its claim and what later questions need; tell whether it was open."""
        keys = [f"ocrbot:{kind}:{task_id}:{n}" for kind in ("file", "outcome") for n in range(files)]
        counts: list[str | float] = []
        for name, count in closing.counts.items():
            counts += [name, count]
        noted = f"ocrbot:cancelled:{closing.cancelled_by}" if closing.cancelled_by else ""
        kept: list[str | float] = [task_id, closing.remember_seconds, noted, OPEN_SECONDS]
        return bool(
            self._close(
                keys=["ocrbot:ledger", *keys],
                args=[*kept, day_key(closing.now), KEPT_SECONDS, int(closing.answered), *counts],
            )
        )

    def cancelled_by(self, task_id: str) -> int:
        """Return how many tasks were closed on behalf of this command."""
        return self._redis.scard(f"ocrbot:cancelled:{task_id}")

    def place(self, task_id: str) -> int | None:
        """Return how many open tasks with something to read came no later than this one, itself included.

        None where it is not among them. Answers of different conversations may overtake one another, so it is where
        the task stands, not how long it takes.
        """
        rank = cast("int | None", self._redis.zrank("ocrbot:line", task_id))
        return None if rank is None else rank + 1

    # -- progress

    def progress(self, task_id: str) -> Progress:
        """Return how far the task is."""
        fields = cast("dict[bytes, bytes]", self._redis.hgetall(f"ocrbot:progress:{task_id}"))
        return Progress(**{name.decode(): int(value) for name, value in fields.items()})

    def next_generation(self, task_id: str) -> int:
        """Count one more start of the task and return its number, from 1."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(f"ocrbot:progress:{task_id}", "generation", 1)
            pipe.expire(f"ocrbot:progress:{task_id}", OPEN_SECONDS)
            return int(pipe.execute()[0])

    def mark(self, task_id: str, **parts: int) -> None:
        """Set some of a task's `Progress`."""
        with self._redis.pipeline(transaction=True) as pipe:
            for name, count in parts.items():
                pipe.hset(f"ocrbot:progress:{task_id}", name, str(count))
            pipe.expire(f"ocrbot:progress:{task_id}", OPEN_SECONDS)
            pipe.execute()

    # -- files and what became of them

    def put_file(self, task_id: str, index: int, data: bytes) -> None:
        """Keep a file's bytes until it is read; of a task that was closed meanwhile none that the others do without."""
        file = f"ocrbot:file:{task_id}:{index}"
        self._keep(keys=_beside_task(file, task_id, file), args=[data, FILE_SECONDS, ""])

    def beginning(self, task_id: str, index: int) -> bytes:
        """Return the first bytes of a file, none where it is not here."""
        return cast("bytes", self._redis.getrange(f"ocrbot:file:{task_id}:{index}", 0, 3))

    def file(self, task_id: str, index: int) -> bytes | None:
        """Return a file's bytes, None when they are not here (yet, or any more)."""
        return cast("bytes | None", self._redis.get(f"ocrbot:file:{task_id}:{index}"))

    def put_outcome(
        self, task_id: str, index: int, outcome: Outcome, *, result: str = "", remember_seconds: int = 0
    ) -> None:
        """Write down what became of a file, and keep a document as `result` for the same question.

        The bytes go, or stay for as long as the task's person may ask again. Of a task that was closed meanwhile
        nothing outlasts what is remembered of it.
        """
        key, file = f"ocrbot:outcome:{task_id}:{index}", f"ocrbot:file:{task_id}:{index}"
        with self._redis.pipeline(transaction=True) as pipe:
            kept: list[bytes | int] = [wire.encode(outcome), OPEN_SECONDS, remember_seconds]
            self._keep(keys=_beside_task(key, task_id, file), args=kept, client=pipe)
            if result and isinstance(outcome, Document):
                # The same file is another posting the next time: who was first is found anew.
                known = wire.encode(replace(outcome, first=None))
                pipe.set(f"ocrbot:result:{result}", known, ex=RESULT_SECONDS)
            pipe.execute()

    def outcomes(self, task_id: str, files: int) -> list[Outcome | None]:
        """Return what became of each of the task's files, None for those still open."""
        if not files:
            return []
        keys = [f"ocrbot:outcome:{task_id}:{index}" for index in range(files)]
        found = cast("list[bytes | None]", self._redis.mget(keys))
        return [wire.decode_outcome(payload) if payload is not None else None for payload in found]

    def result(self, key: str) -> Document | None:
        """Return the document that was read from the same bytes in the same way, if it is still here."""
        payload = cast("bytes | None", self._redis.get(f"ocrbot:result:{key}"))
        return wire.decode(Document, payload) if payload is not None else None

    # -- one at a time

    def lease(self, name: str, holder: str, seconds: int) -> bool:
        """Take or prolong the right to do `name` alone; False while another holds it."""
        return bool(self._lease(keys=[f"ocrbot:lease:{name}"], args=[holder, seconds]))

    def leased(self, name: str) -> bool:
        """Tell whether anybody holds `name`."""
        return bool(self._redis.exists(f"ocrbot:lease:{name}"))

    def release(self, name: str, holder: str) -> None:
        """Give a lease back, if it is still the holder's."""
        self._release(keys=[f"ocrbot:lease:{name}"], args=[holder])

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of `limit` calls in any `seconds`; 0.0 when granted, else the seconds until one is free."""
        return float(self._take(keys=[f"ocrbot:budget:{name}"], args=[limit, seconds]))


def _beside_task(key: str, task_id: str, file: str) -> list[str]:
    """Return the keys of `KEEP`."""
    return [key, f"ocrbot:task:{task_id}", f"ocrbot:past:{task_id}", file]
