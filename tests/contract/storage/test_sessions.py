"""Sessions of the page on a real Redis."""

from dataclasses import dataclass
from typing import cast

import pytest
from redis import Redis

from bot.storage.keys.shared import SESSION_SECONDS
from bot.storage.page.sessions import LONGEST_SECONDS, Sessions, SignedIn


@dataclass
class Now:
    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def sessions(redis: Redis, now: Now) -> Sessions:
    return Sessions(redis, now)


def somebody(now: Now) -> SignedIn:
    return SignedIn(client="erp", token_sha256="ab" * 32, began_at=now())


def test_a_session_is_found_by_its_id_alone(sessions: Sessions, now: Now) -> None:
    one, other = sessions.begin(somebody(now)), sessions.begin(somebody(now))
    assert one != other
    assert sessions.find(one) == somebody(now)
    assert sessions.find(one[:-1]) is None


def test_an_ended_session_is_gone(sessions: Sessions, now: Now) -> None:
    one = sessions.begin(somebody(now))
    sessions.end(one)
    sessions.end(one)
    assert sessions.find(one) is None


def test_neither_the_id_nor_the_token_stands_in_redis(redis: Redis, sessions: Sessions, now: Now) -> None:
    one = sessions.begin(somebody(now))
    (key,) = cast("list[bytes]", redis.keys("*"))
    assert one.encode() not in key + cast("bytes", redis.get(key))


def test_use_prolongs_a_session(redis: Redis, sessions: Sessions, now: Now) -> None:
    one = sessions.begin(somebody(now))
    (key,) = redis.keys("*")
    redis.expire(key, 100)
    sessions.find(one)
    assert redis.ttl(key) > SESSION_SECONDS - 60


def test_no_use_prolongs_it_beyond_a_week(redis: Redis, sessions: Sessions, now: Now) -> None:
    one = sessions.begin(somebody(now))
    (key,) = redis.keys("*")
    redis.expire(key, 100)
    now.seconds += LONGEST_SECONDS - 1000
    assert sessions.find(one) is not None
    assert redis.ttl(key) <= 1001
    now.seconds += 1000
    assert sessions.find(one) is None
    assert redis.keys("*") == []
