"""The engines' notes in Redis; `workers.engines.notes` says what they are for."""

from typing import cast

from redis import Redis

from bot.storage.keys import ENGINE_NOTE
from bot.storage.leases import Leases


class RedisEngineNotes:
    """Notes that all workers on all hosts see, each with a time to live. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._leases = Leases(redis)

    def get(self, key: str) -> bytes | None:
        """Return a note, None where there is none or its time is over."""
        return cast("bytes | None", self._redis.get(ENGINE_NOTE.key(key)))

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a note for so long, over what was there."""
        self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds))

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Keep a note for so long if there is none yet; tell whether it was kept. Of several callers one wins."""
        return bool(self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds), nx=True))

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add to a number, 0 where there is none, keep it for so long from now, and return it."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.incrby(ENGINE_NOTE.key(key), by)
            pipe.pexpire(ENGINE_NOTE.key(key), _milliseconds(seconds))
            return int(pipe.execute()[0])

    def drop(self, key: str) -> None:
        """Delete a note, if it is there."""
        self._redis.delete(ENGINE_NOTE.key(key))

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong the right to do `name` alone for so long from now; False while another holds it."""
        return self._leases.hold(_lease(name), holder, seconds)

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Hold on to that right for so long from now; nothing where Redis is away."""
        self._leases.prolong(_lease(name), holder, seconds)

    def release(self, name: str, holder: str) -> None:
        """Give that right back, if it is still the holder's."""
        self._leases.release(_lease(name), holder)


def _lease(name: str) -> str:
    return f"engine:{name}"


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
