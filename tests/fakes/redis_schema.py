"""What is in a Redis, held against what `bot.storage.keys` declares."""

from collections.abc import Iterator
from typing import cast

import pytest
from redis import Redis

from bot.storage.key_family import KeyFamily
from bot.storage.keys import FAMILIES

_NO_KEY, _NO_END = -2, -1  # what TTL answers


def families_of(key: str) -> list[KeyFamily]:
    """The families that a key may be of: one, unless a declaration is wrong or missing."""
    return [family for family in FAMILIES if family.matches(key)]


def families_in(redis: Redis) -> set[str]:
    """The patterns of all keys that are there."""
    keys = cast("list[bytes]", redis.keys("*"))
    return {family.pattern for key in keys for family in families_of(key.decode())}


def undeclared(redis: Redis) -> list[str]:
    """What a Redis holds that is not as declared: an unknown key, another type, a longer time to live or none."""
    keys = sorted(key.decode() for key in cast("list[bytes]", redis.keys("*")))
    return [trouble for key in keys if (trouble := _trouble(redis, key))]


def _trouble(redis: Redis, key: str) -> str:
    families = families_of(key)
    if len(families) != 1:
        return f"{key} is of {len(families)} families"
    kind, seconds = cast("bytes", redis.type(key)).decode(), redis.ttl(key)
    if seconds == _NO_KEY:  # it went meanwhile
        return ""
    family = families[0]
    if kind != family.type:
        return f"{key} is a {kind}, declared as {family.type}"
    if family.seconds is not None and (seconds == _NO_END or seconds > family.seconds):
        return f"{key} lives for {seconds} s, declared as at most {family.seconds}"
    return ""


@pytest.fixture(autouse=True)
def nothing_undeclared_in_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test leaves in Redis has a declared name, type and time to live; for tests that import this."""
    redis: Redis | None = request.getfixturevalue("redis") if "redis" in request.fixturenames else None
    yield
    troubles = undeclared(redis) if redis is not None else []
    assert not troubles, troubles
