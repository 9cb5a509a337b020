"""The connection to Redis."""

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry


def connect(url: str) -> Redis:
    """Return a client that survives an outage of Redis of some seconds; a longer one raises `ConnectionError`."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1.0), 5)
    return Redis.from_url(
        url,
        retry=retry,
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        socket_timeout=30,  # above the 15 s or so of RQ's blocking reads
        socket_connect_timeout=5,
        health_check_interval=30,
        driver_info=DriverInfo(),  # shared, because looking up the version takes each connection 8 ms
    )
