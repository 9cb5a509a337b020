"""DingTalk's access token in Redis."""

from typing import cast

from redis import Redis

from bot.storage.sharing_scripts import RELEASE


class RedisTokens:
    """DingTalk's access token of one app, shared by all processes."""

    def __init__(self, redis: Redis, client_id: str) -> None:
        self._redis = redis
        self._release = redis.register_script(RELEASE)
        self._key = f"ocrbot:token:{client_id}"

    def get(self) -> str | None:
        """Return the token, None when there is none that is still good."""
        token = cast("bytes | None", self._redis.get(self._key))
        return token.decode() if token else None

    def put(self, token: str, seconds: float) -> None:
        """Keep a token for so long."""
        self._redis.set(self._key, token, ex=max(1, int(seconds)))

    def drop(self, token: str) -> None:
        """Forget this token; one that came meanwhile stays."""
        self._release(keys=[self._key], args=[token])
