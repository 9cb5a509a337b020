"""The notes on engines in Redis; `workers.engines.notes` says what they are for."""

from typing import cast

from redis import Redis

from bot.storage.keys import ENGINE_NOTE
from bot.storage.leases import Leases


class RedisEngineNotes:
    """Notes with a time to live that all workers on all hosts share. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._leases = Leases(redis)

    def get(self, key: str) -> bytes | None:
        """Return a note, None if there is none or it has expired."""
        return cast("bytes | None", self._redis.get(ENGINE_NOTE.key(key)))

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Store a note for `seconds`, replacing what was there."""
        self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds))

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a note for `seconds` if there is none, and return whether it was stored; only one caller wins."""
        return bool(self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds), nx=True))

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add `by` to a number, which starts at 0, let it live for `seconds` from now, and return it."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.incrby(ENGINE_NOTE.key(key), by)
            pipe.pexpire(ENGINE_NOTE.key(key), _milliseconds(seconds))
            return int(pipe.execute()[0])

    def drop(self, key: str) -> None:
        """Delete a note, if there is one."""
        self._redis.delete(ENGINE_NOTE.key(key))

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name` for `seconds` from now; False while another holder has it."""
        return self._leases.hold(_lease(name), holder, seconds)

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Renew the lease as `hold` does; if Redis is down, only log it."""
        self._leases.prolong(_lease(name), holder, seconds)

    def release(self, name: str, holder: str) -> None:
        """Release the lease if `holder` still has it."""
        self._leases.release(_lease(name), holder)


def _lease(name: str) -> str:
    return f"engine:{name}"


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
