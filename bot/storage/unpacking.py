"""Rewrites open tasks, also an archive by its files: task, files and outcomes change together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis

from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.file_store.dropping import drop
from bot.storage.file_store.protocol import FileStore
from bot.storage.file_store.references import REFERENCE_BYTES
from bot.storage.keys.tasks import FILE, OUTCOME, TASK, UNPACKED
from bot.storage.task_payloads import TaskPayloads

_AT_ONCE: Final = 50  # files of an archive


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
        self._stage = scripts.load(redis, "stage_file")
        self._replace = scripts.load(redis, "replace_attachments")

    def stage(self, task_id: str, place: FilePlace, data: bytes, *, seconds: int) -> None:
        """Store a file of an archive until it takes its place, if the task is open; this may be repeated.

        Raises `Unavailable` if there is no room for it.
        """
        kept = self._kept.put(data)
        if not self._stage(keys=[TASK.key(task_id), _place_key(task_id, place)], args=[kept, seconds]):
            self._kept.delete(kept)

    def rewrite(self, task: Task, by: Task) -> bool:
        """Replace `task` by `by`, whose files are where they were.

        Return False and change nothing if the task is closed or is no longer equal to `task`.
        """
        return self.replace(task, by, ())

    def replace(self, task: Task, by: Task, places: Sequence[FilePlace]) -> bool:
        """Replace `task` by `by`; `places` says for each attachment of `by` where it was.

        Return False if the task is closed or is no longer equal to `task`; then nothing is changed, and what was staged
        is forgotten.
        """
        if self._replaced(task, by, places):
            return True
        self.forget_staged(task.id, [place for place in places if place.member is not None])
        return False

    def _replaced(self, task: Task, by: Task, places: Sequence[FilePlace]) -> bool:
        task_key = TASK.key(task.id)
        payload = cast("bytes | None", self._redis.get(task_key))
        if payload is None or self._payloads.decode(payload) != task:
            return False
        moves = [key for index, place in reversed([*enumerate(places)]) for key in _moves(task.id, index, place)]
        rewritten, parts = self._payloads.encode(by)
        archives = [index for index in range(len(task.attachments)) if places and FilePlace(index=index) not in places]
        with self._redis.pipeline(transaction=True) as pipe:
            for index in archives:
                pipe.getrange(FILE.key(task.id, index), 0, REFERENCE_BYTES - 1)
            self._payloads.write(parts, pipe)
            self._replace(keys=[task_key, *moves], args=[rewritten, payload], client=pipe)
            *answers, replaced = pipe.execute()
        if replaced:  # by what was in them
            for reference in cast("list[bytes]", answers[: len(archives)]):
                self._kept.delete(reference)
        return bool(replaced)

    def forget_staged(self, task_id: str, places: Sequence[FilePlace]) -> list[FilePlace]:
        """Delete what is staged for these places; return those for which something was."""
        dropped = drop(self._redis, self._kept, [_place_key(task_id, place) for place in places])
        return [place for place, was_there in zip(places, dropped, strict=True) if was_there]

    def forget_all_staged(self, task_id: str, files: int) -> None:
        """Delete all that is staged of a closed task, which had so many files: nothing is staged any more."""
        archives, first, members = list(range(files)), 0, 1
        while archives:
            places = [FilePlace(index=index, member=first + n) for index in archives for n in range(members)]
            found = self.forget_staged(task_id, places)
            first += members
            archives = [place.index for place in found if place.member == first - 1]
            members = _AT_ONCE


def _place_key(task_id: str, place: FilePlace) -> str:
    """Return the key of the bytes at a place."""
    if place.member is None:
        return FILE.key(task_id, place.index)
    return UNPACKED.key(task_id, place.index, place.member)


def _moves(task_id: str, index: int, place: FilePlace) -> list[str]:
    """Return where an attachment's file and outcome were and where they go; an archive's files have no outcome yet."""
    outcome = OUTCOME.key(task_id, place.index) if place.member is None else TASK.key(task_id)
    return [_place_key(task_id, place), FILE.key(task_id, index), outcome, OUTCOME.key(task_id, index)]
