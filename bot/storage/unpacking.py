"""An archive's files in the archive's place: the task, its files and outcomes change together or not at all.

unpacked:ID:INDEX:N   bytes of file N of the archive at INDEX, until they take their places
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain import wire
from bot.domain.task import Task

# KEYS: the task, then pairs of what goes where, the last place first, so that nothing is written over that must move.
_REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
for n = 2, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[n]) == 1 then
    if KEYS[n] ~= KEYS[n + 1] then redis.call('RENAME', KEYS[n], KEYS[n + 1]) end
  else
    redis.call('DEL', KEYS[n + 1])
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """Where a file of the rewritten task was: at `index`, or `member` of the archive there, both from 0."""

    index: int
    member: int | None = None


class Unpacking:
    """Puts files in an archive's place."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._replace = redis.register_script(_REPLACE)

    def stage(self, task_id: str, place: FilePlace, data: bytes, *, seconds: int) -> None:
        """Keep a file of an archive until it takes its place; doing so again is no harm."""
        self._redis.set(_staged(task_id, place), data, ex=seconds)

    def replace(self, task: Task, by: Task, places: Sequence[FilePlace]) -> bool:
        """Put `by` in the place of `task`, with a place for each of its attachments.

        False, and nothing is changed, where the task is closed or not any more what `task` says.
        """
        key = f"ocrbot:task:{task.id}"
        payload = cast("bytes | None", self._redis.get(key))
        if payload is None:  # nobody will take them
            staged = [_staged(task.id, place) for place in places if place.member is not None]
            self._redis.delete(key, *staged)
            return False
        if wire.decode(Task, payload) != task:
            return False
        moves = [key_ for index, place in reversed([*enumerate(places)]) for key_ in _moves(task.id, index, place)]
        return bool(self._replace(keys=[key, *moves], args=[wire.encode(by), payload]))


def _staged(task_id: str, place: FilePlace) -> str:
    return f"ocrbot:unpacked:{task_id}:{place.index}:{place.member}"


def _moves(task_id: str, index: int, place: FilePlace) -> list[str]:
    file, outcome = f"ocrbot:file:{task_id}:{index}", f"ocrbot:outcome:{task_id}:{index}"
    if place.member is None:
        return [f"ocrbot:file:{task_id}:{place.index}", file, f"ocrbot:outcome:{task_id}:{place.index}", outcome]
    return [_staged(task_id, place), file, f"{_staged(task_id, place)}:outcome", outcome]
