"""The connection to Redis, and whether Redis lets us in."""

import re

from redis import ConnectionPool, Redis
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from bot.domain.errors import Misconfigured

# What Redis answers to SELECT for a database that it does not have, or in a cluster.
_NO_DATABASE = re.compile(r"DB index|SELECT is not allowed", re.IGNORECASE)


def connect(url: str, *, password: str = "") -> Redis:
    """Return a client that survives an outage of Redis of some seconds; a longer one raises `ConnectionError`.

    `password` goes with the user in `url`, which may hold another one that counts instead.
    """
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1.0), 5)
    return Redis.from_url(
        url,
        password=password or None,
        retry=retry,
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        socket_timeout=30,  # above the 15 s or so of RQ's blocking reads
        socket_connect_timeout=5,
        health_check_interval=30,
        driver_info=DriverInfo(),  # shared, because looking up the version takes each connection 8 ms
    )


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
