"""DingTalk's access token in Redis."""

from typing import cast

from redis import Redis

from bot.storage import scripts
from bot.storage.keys import TOKEN


class RedisTokens:
    """The access token of one DingTalk app, shared by all processes."""

    def __init__(self, redis: Redis, client_id: str) -> None:
        self._redis = redis
        self._delete_if_equal = scripts.load(redis, "delete_if_equal")
        self._key = TOKEN.key(client_id)

    def get(self) -> str | None:
        """Return the token, None if there is no valid one."""
        token = cast("bytes | None", self._redis.get(self._key))
        return token.decode() if token else None

    def put(self, token: str, seconds: float) -> None:
        """Store a token for `seconds`."""
        self._redis.set(self._key, token, ex=max(1, int(seconds)))

    def drop(self, token: str) -> None:
        """Delete this token; a newer one that another process has stored stays."""
        self._delete_if_equal(keys=[self._key], args=[token])
