"""The connection to Redis, whether Redis lets us in, and what time it is there."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Final, cast

from redis import ConnectionPool, Redis
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from bot.domain.errors import Misconfigured
from bot.storage.replicas.sentinels import Sentinels, master_client

# What Redis answers to SELECT for a database that it does not have, or in a cluster.
_CLOCK_SECONDS: Final = 10.0  # between two looks at Redis' clock
_NO_DATABASE = re.compile(r"DB index|SELECT is not allowed", re.IGNORECASE)


def connect(url: str, *, password: str = "", sentinels: Sentinels | None = None) -> Redis:
    """Return a client that survives an outage of Redis of some seconds; a longer one raises `ConnectionError`.

    `password` goes with the user in `url`, which may hold another one that counts instead. With `sentinels` the client
    is that of the master which they name, also after a failover.
    """
    options = {
        "password": password or None,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=1.0), 5),
        "retry_on_error": [RedisConnectionError, RedisTimeoutError],
        "socket_timeout": 30,  # above the 15 s or so of RQ's blocking reads
        "socket_connect_timeout": 5,
        "health_check_interval": 30,
        "driver_info": DriverInfo(),  # shared, because looking up the version takes each connection 8 ms
    }
    if sentinels is not None:
        given = {name: value for name, value in options.items() if value is not None}
        return master_client(url, sentinels, given)
    return Redis.from_url(url, **options)


class RedisClock:
    """Unix seconds by Redis' clock: the same for all processes, and no jump of this machine's clock moves them.

    Redis is asked now and then; in between, `ticks` counts seconds that only grow.
    """

    def __init__(self, redis: Redis, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._ticks = ticks
        self._offset: float | None = None  # from ticks to Unix seconds
        self._asked_at = 0.0

    def now(self) -> float:
        """Return the time without asking Redis; this machine's until Redis was asked."""
        return time.time() if self._offset is None else self._offset + self._ticks()

    def fresh(self) -> float:
        """Return the time; ask Redis if that was long ago. While Redis is away, count on."""
        if self._offset is None or self._ticks() > self._asked_at + _CLOCK_SECONDS:
            try:
                self.ask()
            except RedisError:
                self._asked_at = self._ticks()
        return self.now()

    def ask(self) -> None:
        """Ask Redis for the time; raises `RedisError`."""
        before = self._ticks()
        seconds, micros = self._redis.time()
        self._asked_at = self._ticks()
        self._offset = seconds + micros / 1e6 - (before + self._asked_at) / 2


def memory(client: Redis) -> tuple[int, int]:
    """Return how many bytes Redis uses, and how many it may use, 0 for any number; raises `RedisError`."""
    found = cast("Mapping[str, int]", client.info("memory"))
    return int(found.get("used_memory", 0)), int(found.get("maxmemory", 0))


def answers(client: Redis) -> bool:
    """Return whether Redis answers now, asked once; False while it is away, starting or loading its data.

    Raises `Misconfigured` if it refuses the password, the user or the database of OCRBOT_REDIS__URL.
    """
    pool = client.connection_pool
    once = {**pool.connection_kwargs, "retry": Retry(NoBackoff(), 0), "retry_on_error": []}
    with Redis(connection_pool=ConnectionPool(connection_class=pool.connection_class, **once)) as alone:
        try:
            return bool(alone.ping())
        except RedisError as error:
            if (refused := refusal(error)) is not None:
                raise refused from error
            return False


def refusal(error: RedisError) -> Misconfigured | None:
    """Return the error that names what Redis refuses of its address; None if another try may succeed."""
    what = _what_is_refused(error)
    return Misconfigured(f"Redis refuses OCRBOT_REDIS__URL: {what}") if what else None


def _what_is_refused(error: RedisError) -> str | None:
    if isinstance(error, AuthenticationError):
        return "its password or user is wrong, or it has none and Redis asks for one"
    if isinstance(error, AuthorizationError | NoPermissionError):
        return "its user may not do what ocrbot needs; see ACL in Redis' manual"
    if isinstance(error, ResponseError) and _NO_DATABASE.search(str(error)):
        return "Redis has no database of that number"
    return None
