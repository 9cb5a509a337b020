"""Compares the contents of a Redis with the declarations in `bot/storage/keys/`."""

from collections.abc import Iterator
from typing import cast

import pytest
from redis import Redis

from bot.storage.keys.families import FAMILIES
from bot.storage.keys.family import KeyFamily

_NO_KEY, _NO_EXPIRY = -2, -1  # answers of TTL


def families_of(key: str) -> list[KeyFamily]:
    """Return the families that a key belongs to: one, unless a declaration is wrong or missing."""
    return [family for family in FAMILIES if family.matches(key)]


def families_in(redis: Redis) -> set[str]:
    """Return the patterns of all keys in a Redis."""
    keys = cast("list[bytes]", redis.keys("*"))
    return {family.pattern for key in keys for family in families_of(key.decode())}


def undeclared(redis: Redis) -> list[str]:
    """Return a sentence for each key that is unknown, of another type, or without its declared time to live."""
    keys = sorted(key.decode() for key in cast("list[bytes]", redis.keys("*")))
    return [mismatch for key in keys if (mismatch := _mismatch(redis, key))]


def _mismatch(redis: Redis, key: str) -> str:
    families = families_of(key)
    if len(families) != 1:
        return f"{key} is of {len(families)} families"
    kind, seconds = cast("bytes", redis.type(key)).decode(), redis.ttl(key)
    if seconds == _NO_KEY:  # it has expired meanwhile
        return ""
    family = families[0]
    if kind != family.type:
        return f"{key} is a {kind}, declared as {family.type}"
    if family.seconds is not None and (seconds == _NO_EXPIRY or seconds > family.seconds):
        return f"{key} lives for {seconds} s, declared as at most {family.seconds}"
    return ""


@pytest.fixture(autouse=True)
def nothing_undeclared_in_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check that all keys a test leaves in Redis have their declared name, type and time to live.

    It applies to the tests of every folder whose conftest imports it.
    """
    redis: Redis | None = request.getfixturevalue("redis") if "redis" in request.fixturenames else None
    yield
    mismatches = undeclared(redis) if redis is not None else []
    assert not mismatches, mismatches
