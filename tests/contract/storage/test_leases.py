"""Leases on a real Redis: one holder at a time, whatever happens to the connection."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.storage.leases import Leases
from workers.heartbeat import beating


@pytest.fixture
def leases(redis: Redis) -> Leases:
    return Leases(redis)


@pytest.fixture
def lose_an_answer(redis: Redis) -> Iterator[Callable[[], None]]:
    """Have the connection break after Redis has done the next command and before its answer arrives."""
    losing: list[bool] = []
    kind: type[AbstractConnection] = redis.connection_pool.connection_class

    class Lossy(kind):  # type: ignore[valid-type, misc]
        def read_response(self, *args: Any, **options: Any) -> Any:
            answer = super().read_response(*args, **options)
            if losing:
                losing.pop()
                self.disconnect()
                raise RedisConnectionError("the connection broke")
            return answer

    redis.connection_pool.connection_class = Lossy
    redis.connection_pool.disconnect()
    redis.connection_pool.reset()
    redis.ping()  # the next answer is not one of those that open a connection
    yield lambda: losing.append(True)
    assert not losing


def test_of_many_one_holds_a_lease(leases: Leases) -> None:
    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(lambda number: leases.hold("reply:1", str(number), 10), range(8)))
    assert held.count(True) == 1
    assert leases.is_held("reply:1")
    assert not leases.is_held("reply:2")


def test_a_lease_goes_to_the_next_when_its_holder_was_killed(leases: Leases) -> None:
    assert leases.hold("reply:1", "killed", 0.05)
    assert not leases.hold("reply:1", "next", 10)
    time.sleep(0.1)
    assert not leases.is_held("reply:1")
    assert leases.hold("reply:1", "next", 10)
    leases.release("reply:1", "killed")  # it was only slow
    assert leases.is_held("reply:1")


def test_a_lease_is_prolonged_from_another_thread(leases: Leases) -> None:
    assert leases.hold("reply:1", "holder", 0.2)
    with beating(0.05, lambda: leases.prolong("reply:1", "holder", 0.2)):
        time.sleep(0.5)
        assert not leases.hold("reply:1", "other", 10)
    time.sleep(0.3)
    assert leases.hold("reply:1", "other", 10)


def test_a_lease_that_was_taken_is_held_even_when_the_answer_is_lost(
    leases: Leases, lose_an_answer: Callable[[], None]
) -> None:
    leases.hold("another", "holder", 10)  # so that Redis knows the script
    lose_an_answer()
    assert leases.hold("reply:1", "holder", 10)
    assert not leases.hold("reply:1", "other", 10)


def test_redis_own_lock_refuses_its_holder_where_the_answer_is_lost(
    redis: Redis, lose_an_answer: Callable[[], None]
) -> None:
    """Why there are leases of our own. When this fails, see whether `redis.lock.Lock` can take their place."""
    lock = redis.lock("ocrbot:lease:reply:1", timeout=10, thread_local=False)
    lose_an_answer()
    assert not lock.acquire(blocking=False)
    assert redis.exists("ocrbot:lease:reply:1")


def test_prolonging_gets_over_a_redis_that_is_away(monkeypatch: pytest.MonkeyPatch, leases: Leases) -> None:
    def away(*_: object) -> bool:
        raise RedisConnectionError("away")

    monkeypatch.setattr(leases, "hold", away)
    leases.prolong("reply:1", "holder", 10)
