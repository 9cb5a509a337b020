"""What is known of DingTalk, in Redis: the access token, and when the last frame came."""

import time
from collections.abc import Callable
from typing import Final, cast

from redis import Redis

from bot.storage import scripts
from bot.storage.keys.shared import LAST_FRAME, LAST_FRAME_SECONDS, TOKEN

_REMEMBERED_SECONDS: Final = 60.0  # less than the caller's margin before a token expires


class RedisTokens:
    """The access token of one DingTalk app, shared by all processes; each looks for a new one once a minute."""

    def __init__(self, redis: Redis, client_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock  # in seconds
        self._seen = "", 0.0  # with the end of its time
        self._delete_if_equal = scripts.load(redis, "delete_if_equal")
        self._key = TOKEN.key(client_id)

    def get(self) -> str | None:
        """Return the token, None if there is no valid one."""
        token, until = self._seen
        if self._clock() < until:
            return token
        found = cast("bytes | None", self._redis.get(self._key))
        if not found:
            return None
        self._seen = found.decode(), self._clock() + _REMEMBERED_SECONDS
        return self._seen[0]

    def put(self, token: str, seconds: float) -> None:
        """Store a token for `seconds`."""
        self._redis.set(self._key, token, ex=max(1, int(seconds)))

    def drop(self, token: str) -> None:
        """Delete this token; a newer one that another process has stored stays."""
        self._seen = "", 0.0
        self._delete_if_equal(keys=[self._key], args=[token])


class LastFrame:
    """When the last frame came from DingTalk to any `ocrbot bot`, for those who look from another process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def note(self, at: float) -> None:
        """Note that a frame came `at` these Unix seconds."""
        self._redis.set(LAST_FRAME.key(), f"{at:.0f}", ex=LAST_FRAME_SECONDS)

    def get(self) -> float | None:
        """Return the Unix seconds of the last frame that was noted, None if none was within a day."""
        at = cast("bytes | None", self._redis.get(LAST_FRAME.key()))
        return float(at) if at else None
