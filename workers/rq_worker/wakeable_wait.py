"""Waiting for a job on a connection of its own; another thread may end the wait."""

from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError


class WakeableWait:
    """A connection on which one thread waits. It takes part in no pool while the wait lasts."""

    def __init__(self, redis: Redis) -> None:
        """Connect; raises `RedisError`."""
        self._redis = redis
        self._waiting: Redis = redis.client()  # type: ignore[no-untyped-call]
        self._id = 0
        connection = self._waiting.connection
        connection.register_connect_callback(self._note_id)  # a connection made anew has another id
        self._note_id(connection)

    def move(self, source: str, destination: str, *, seconds: float) -> bytes | None:
        """Move the first id of one list to another, as RQ does; return None if none comes within `seconds`."""
        return cast("bytes | None", self._waiting.blmove(source, destination, cast("int", seconds)))

    def end(self) -> None:
        """End a wait that has begun; does nothing to one that begins later."""
        try:
            self._redis.client_unblock(self._id)
        except RedisError:
            return  # then the wait fails too

    def close(self) -> None:
        """Give the connection back."""
        self._waiting.close()

    def _note_id(self, connection: Any) -> None:
        connection.send_command("CLIENT", "ID")
        self._id = int(connection.read_response())
