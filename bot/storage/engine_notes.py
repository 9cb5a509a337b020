"""The engines' notice board in Redis; `workers.engines.notes` says what it is for.

Keys are below `ocrbot:board:`, each with a time to live.
"""

from typing import cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

_PREFIX = "ocrbot:board:"

_log = structlog.get_logger("ocrbot.engines")


class RedisEngineNotes:
    """A board that all workers on all hosts see. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def get(self, key: str) -> bytes | None:
        """Return a note, None where there is none or its time is over."""
        return cast("bytes | None", self._redis.get(_PREFIX + key))

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a note for so long, over what was there."""
        self._redis.set(_PREFIX + key, value, px=_milliseconds(seconds))

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Keep a note for so long if there is none yet; tell whether it was kept. Of several callers one wins."""
        return bool(self._redis.set(_PREFIX + key, value, px=_milliseconds(seconds), nx=True))

    def prolong(self, key: str, seconds: float) -> None:
        """Keep a note that is there for so long from now; nothing where Redis is away."""
        try:
            self._redis.pexpire(_PREFIX + key, _milliseconds(seconds))
        except RedisError as error:
            _log.warning("note not prolonged", error=str(error))

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add to a number, 0 where there is none, keep it for so long from now, and return it."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.incrby(_PREFIX + key, by)
            pipe.pexpire(_PREFIX + key, _milliseconds(seconds))
            return int(pipe.execute()[0])

    def drop(self, key: str) -> None:
        """Take a note down, if it is there."""
        self._redis.delete(_PREFIX + key)


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
