"""The notes on engines in Redis; `workers.engines.notes` says what they are for."""

import time
from collections.abc import Sequence
from typing import Final, cast

from redis import Redis

from bot.storage.keys.shared import ENGINE_NOTE
from bot.storage.leases import Leases

_REMEMBERED_SECONDS: Final = 1.0


class RedisEngineNotes:
    """Notes with a time to live that all workers on all hosts share. Every method is at most one round trip.

    Notes whose keys begin with one of `remembered` are asked for several times a question and change rarely: that
    another process wrote there, or that a note expired, is noticed up to a second late.
    """

    def __init__(self, redis: Redis, *, remembered: Sequence[str] = ()) -> None:
        self._redis = redis
        self._leases = Leases(redis)
        self._remembered = tuple(remembered)
        self._seen: dict[str, tuple[bytes | None, float]] = {}  # with the end of its time, in seconds of `monotonic`

    def get(self, key: str) -> bytes | None:
        """Return a note, None if there is none or it has expired."""
        seen = self._seen.get(key)
        if seen is not None and time.monotonic() < seen[1]:
            return seen[0]
        value = cast("bytes | None", self._redis.get(ENGINE_NOTE.key(key)))
        if key.startswith(self._remembered):
            self._seen[key] = value, time.monotonic() + _REMEMBERED_SECONDS
        return value

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Store a note for `seconds`, replacing what was there."""
        self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds))
        self._seen.pop(key, None)

    def claim(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a note for `seconds` if there is none, and return whether it was stored; only one caller wins."""
        stored = self._redis.set(ENGINE_NOTE.key(key), value, px=_milliseconds(seconds), nx=True)
        self._seen.pop(key, None)
        return bool(stored)

    def incr(self, key: str, by: int, seconds: float) -> int:
        """Add `by` to a number, which starts at 0, let it live for `seconds` from now, and return it."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.incrby(ENGINE_NOTE.key(key), by)
            pipe.pexpire(ENGINE_NOTE.key(key), _milliseconds(seconds))
            number = int(pipe.execute()[0])
        self._seen.pop(key, None)
        return number

    def drop(self, key: str) -> None:
        """Delete a note, if there is one."""
        self._redis.delete(ENGINE_NOTE.key(key))
        self._seen.pop(key, None)

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
