"""How far a task has come: how often it was started over, and what of its answer was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Final, cast

from redis import Redis

from bot.storage.keys.tasks import OPEN_SECONDS, PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How often a task was started over, and how many parts of its answer are being sent or were sent."""

    generation: int = 0
    late: int = 0  # 1 once the time for reading is up
    sending: int = 0
    sent: int = 0
    last_try: int = 0  # Unix seconds since which only a sentence is tried; 0 for not yet
    refused: int = 0  # one bit per file of the answer, set if DingTalk does not accept it


_PROGRESS: Final = {one.name.encode(): one.name for one in dataclass_fields(Progress)}


def progress_in(fields: Mapping[bytes, bytes]) -> Progress:
    """Return the progress that the fields of a hash hold; fields of other versions and damaged ones do not count."""
    known = {_PROGRESS[name]: value for name, value in fields.items() if name in _PROGRESS}
    return Progress(**{name: int(value) for name, value in known.items() if value.isdigit()})


class TaskProgress:
    """Reads and writes the progress of tasks. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def of(self, task_id: str) -> Progress:
        """Return how far a task has come."""
        return progress_in(cast("dict[bytes, bytes]", self._redis.hgetall(PROGRESS.key(task_id))))

    def next_generation(self, task_id: str) -> int:
        """Count another start of a task and return its number, from 1."""
        key = PROGRESS.key(task_id)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(key, "generation", 1)
            pipe.expire(key, OPEN_SECONDS)
            return int(pipe.execute()[0])

    def mark(self, task_id: str, **counts: int) -> None:
        """Set some fields of a task's `Progress`."""
        key = PROGRESS.key(task_id)
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, mapping=cast("dict[Any, Any]", counts))
            pipe.expire(key, OPEN_SECONDS)
            pipe.execute()

    def mark_sent(self, task_id: str, parts: int) -> None:
        """Set how many parts were sent."""
        self.mark(task_id, sent=parts)
