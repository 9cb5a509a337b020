"""The files of tasks, and the outcome of reading each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain import wire
from bot.domain.document import Document, Failure, Outcome
from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.file_store.protocol import FileStore
from bot.storage.keys.tasks import (
    CLAIMED_INVOICES,
    EARLIER_TASK,
    FILE,
    FILE_SECONDS,
    LEASE,
    OPEN_SECONDS,
    OUTCOME,
    PROGRESS,
    RESULT,
    TASK,
)
from bot.storage.ledger import FoundTask
from bot.storage.progress import progress_in
from bot.storage.results import Results
from bot.storage.task_payloads import TaskPayloads

_SIGNATURE_BYTES = 4  # enough to recognise an archive


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """An open task with all that its answer is made of."""

    found: FoundTask
    payloads: Sequence[bytes | None]  # of the outcome of each file
    claimed: Mapping[bytes, bytes]  # the keys of first postings that it has claimed, with the index of the file
    is_held_back: bool  # somebody holds the lease that the answer has to wait for

    @property
    def outcomes(self) -> list[Outcome | None]:
        """The outcome of each file, None for those still open; raises `Undecodable`."""
        return _decoded(self.payloads)


class FilesAndOutcomes:
    """Files and outcomes by task and index, from 0. Every method but `to_answer` is one round trip."""

    def __init__(self, redis: Redis, results: Results, payloads: TaskPayloads, kept: FileStore) -> None:
        self._redis = redis
        self._kept = kept
        self._results = results
        self._payloads = payloads
        self._keep = scripts.load(redis, "keep_beside_task")

    def put_file(self, task_id: str, index: int, data: bytes) -> None:
        """Store a file's bytes until it is read, unless they are there: a later fetch changes nothing.

        If the task has been closed meanwhile, they live as long as the remembered task; without one they are dropped.
        Raises `Unavailable` if there is no room for them.
        """
        keys = _keys_beside_task(FILE.key(task_id, index), task_id, index)
        kept = self._kept.put(data)
        if not self._keep(keys=keys, args=[kept, FILE_SECONDS, "", ""]):
            self._kept.delete(kept)

    def to_fetch(self, task_id: str, files: int) -> tuple[list[Outcome | None], list[bytes]]:
        """Return the outcome of each of a task's files, and its first four bytes, b"" if it is not there."""
        if not files:
            return [], []
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.mget([OUTCOME.key(task_id, index) for index in range(files)])
            for index in range(files):
                pipe.getrange(FILE.key(task_id, index), 0, _SIGNATURE_BYTES - 1)
            payloads, *beginnings = cast("list[list[bytes | None]]", pipe.execute())
        return _decoded(payloads), cast("list[bytes]", beginnings)

    def with_results(self, task_id: str, digests: Sequence[str]) -> tuple[Task | None, list[Document | None]]:
        """Return an open task, and the document under each `result_key`; None for what is not there.

        Raises `Undecodable`.
        """
        keys = [TASK.key(task_id), *map(RESULT.key, digests)]
        task, *documents = cast("list[bytes | None]", self._redis.mget(keys))
        return (
            self._payloads.decode(task) if task is not None else None,
            [wire.decode(Document, document) if document is not None else None for document in documents],
        )

    def file(self, task_id: str, index: int) -> bytes | None:
        """Return a file's bytes, None if they are not there yet or no longer; raises as `FileStore.get` does."""
        return self._bytes_of(cast("bytes | None", self._redis.get(FILE.key(task_id, index))))

    def to_read(self, task_id: str, index: int) -> tuple[Task | None, Outcome | None, bytes | None]:
        """Return an open task, and of one of its files the outcome or else the bytes, each None if it is not there.

        Raises `Undecodable`, and as `FileStore.get` does.
        """
        keys = [TASK.key(task_id), OUTCOME.key(task_id, index), FILE.key(task_id, index)]
        task, outcome, data = cast("list[bytes | None]", self._redis.mget(keys))
        return (
            self._payloads.decode(task) if task is not None else None,
            wire.decode_outcome(outcome) if outcome is not None else None,
            self._bytes_of(data) if outcome is None else None,
        )

    def _bytes_of(self, kept: bytes | None) -> bytes | None:
        return self._kept.get(kept) if kept is not None else None

    def put_outcome(  # noqa: PLR0913 - keyword-only
        self, task_id: str, index: int, outcome: Outcome, *, files: int = 0, result: str = "", remember_seconds: int = 0
    ) -> bool:
        """Store the outcome of a file unless it has one, and a document also under `result`, a `result_key`.

        Return whether all of the task's `files`, if that is given, have an outcome now.

        The file's bytes then live for `remember_seconds` more, while the person may ask again. If the task has been
        closed meanwhile, nothing outlives the remembered task.
        """
        keys = _keys_beside_task(OUTCOME.key(task_id, index), task_id, index)
        keys += [OUTCOME.key(task_id, number) for number in range(files)]
        args: list[bytes | int | str] = [wire.encode(outcome), OPEN_SECONDS, remember_seconds, ""]
        with self._redis.pipeline(transaction=False) as pipe:
            self._keep(keys=keys, args=args, client=pipe)
            if result and isinstance(outcome, Document):
                self._results.put(result, outcome, client=pipe)
            return bool(pipe.execute()[0])

    def put_without_file(self, task_id: str, index: int, failure: Failure, *, remember_seconds: int = 0) -> bool:
        """Store that a file cannot be had, unless it is there by now or has an outcome; return whether it has one now.

        Another worker may have fetched it meanwhile.
        """
        outcome = OUTCOME.key(task_id, index)
        keys = [*_keys_beside_task(outcome, task_id, index), outcome]
        return bool(self._keep(keys=keys, args=[wire.encode(failure), OPEN_SECONDS, remember_seconds, "1"]))

    def outcomes(self, task_id: str, files: int) -> list[Outcome | None]:
        """Return the outcome of each of a task's files, None for those still open."""
        return self.outcomes_of({task_id: files})[task_id]

    def outcomes_of(self, tasks: Mapping[str, int]) -> dict[str, list[Outcome | None]]:
        """Return the same of several tasks, by their ids, given how many files each has."""
        asked = {task_id: files for task_id, files in tasks.items() if files}
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id, files in asked.items():
                pipe.mget([OUTCOME.key(task_id, index) for index in range(files)])
            found = dict(zip(asked, pipe.execute(), strict=True))
        return {task_id: _decoded(found.get(task_id, ())) for task_id in tasks}

    def to_answer(self, task_id: str, *, waits_for: str) -> ToAnswer:
        """Return what an answer needs; it has to wait while the lease `waits_for` is held.

        One round trip for a task of one file, two for one of several. The claims are looked up after the outcomes, so
        that those of each document are among them.
        """
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.exists(LEASE.key(waits_for))
            pipe.get(TASK.key(task_id))
            pipe.hgetall(PROGRESS.key(task_id))
            pipe.mget([OUTCOME.key(task_id, 0)])
            pipe.hgetall(CLAIMED_INVOICES.key(task_id))
            held, payload, fields, payloads, claimed = pipe.execute()
            task = self._payloads.readable(task_id, payload)
            files = len(task.attachments) if task is not None else 0
            if files > 1:
                pipe.mget([OUTCOME.key(task_id, index) for index in range(files)])
                pipe.hgetall(CLAIMED_INVOICES.key(task_id))
                payloads, claimed = pipe.execute()
        return ToAnswer(
            found=FoundTask(id=task_id, task=task, progress=progress_in(fields)),
            payloads=payloads[:files],
            claimed=claimed,
            is_held_back=bool(held),
        )


def _decoded(payloads: Sequence[bytes | None]) -> list[Outcome | None]:
    return [wire.decode_outcome(payload) if payload is not None else None for payload in payloads]


def _keys_beside_task(key: str, task_id: str, index: int) -> list[str]:
    """Return the KEYS of `keep_beside_task.lua`."""
    return [key, TASK.key(task_id), EARLIER_TASK.key(task_id), FILE.key(task_id, index)]
