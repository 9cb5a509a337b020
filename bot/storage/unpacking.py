"""Rewrites open tasks, also an archive by its files: task, files and outcomes change together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.file_store.protocol import FileStore
from bot.storage.keys import FILE, OUTCOME, TASK, UNPACKED
from bot.storage.task_payloads import TaskPayloads


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """Where a file of the rewritten task was: at `index`, or as `member` of the archive there, both from 0."""

    index: int
    member: int | None = None


class Unpacking:
    """Rewrites tasks unless another process has meanwhile."""

    def __init__(self, redis: Redis, payloads: TaskPayloads, kept: FileStore) -> None:
        self._redis = redis
        self._kept = kept
        self._payloads = payloads
        self._replace = scripts.load(redis, "replace_attachments")

    def stage(self, task_id: str, place: FilePlace, data: bytes, *, seconds: int) -> None:
        """Store a file of an archive until it takes its place; this may be repeated.

        Raises `Unavailable` if there is no room for it.
        """
        self._redis.set(_place_key(task_id, place), self._kept.put(data), ex=seconds)

    def rewrite(self, task: Task, by: Task) -> bool:
        """Replace `task` by `by`, whose files are where they were.

        Return False and change nothing if the task is closed or is no longer equal to `task`.
        """
        return self.replace(task, by, ())

    def replace(self, task: Task, by: Task, places: Sequence[FilePlace]) -> bool:
        """Replace `task` by `by`; `places` says for each attachment of `by` where it was.

        Return False and change nothing if the task is closed or is no longer equal to `task`.
        """
        task_key = TASK.key(task.id)
        payload = cast("bytes | None", self._redis.get(task_key))
        if payload is None:  # nothing will use the staged files
            staged = [_place_key(task.id, place) for place in places if place.member is not None]
            self._redis.delete(task_key, *staged)
            return False
        if self._payloads.decode(payload) != task:
            return False
        moves = [key for index, place in reversed([*enumerate(places)]) for key in _moves(task.id, index, place)]
        rewritten, parts = self._payloads.encode(by)
        with self._redis.pipeline(transaction=False) as pipe:
            self._payloads.write(parts, pipe)
            self._replace(keys=[task_key, *moves], args=[rewritten, payload], client=pipe)
            return bool(pipe.execute()[-1])


def _place_key(task_id: str, place: FilePlace) -> str:
    """Return the key of the bytes at a place."""
    if place.member is None:
        return FILE.key(task_id, place.index)
    return UNPACKED.key(task_id, place.index, place.member)


def _moves(task_id: str, index: int, place: FilePlace) -> list[str]:
    """Return where an attachment's file and outcome were and where they go; an archive's files have no outcome yet."""
    outcome = OUTCOME.key(task_id, place.index) if place.member is None else TASK.key(task_id)
    return [_place_key(task_id, place), FILE.key(task_id, index), outcome, OUTCOME.key(task_id, index)]
