"""Notes in memory and in Redis behave the same."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from bot.storage.engine_notes import RedisEngineNotes
from workers.engines.notes import EngineNotes, MemoryEngineNotes


@pytest.fixture(params=["memory", "redis", "redis, remembered"])
def notes(request: pytest.FixtureRequest) -> EngineNotes:
    if request.param == "memory":
        return MemoryEngineNotes()
    redis: Redis = request.getfixturevalue("redis")
    return RedisEngineNotes(redis, remembered=("b",) if "remembered" in request.param else ())


def test_a_note_stays_until_it_is_taken_down(notes: EngineNotes) -> None:
    assert notes.get("a") is None
    notes.put("a", b"one", 60)
    notes.put("a", b"two", 60)
    notes.put("b", b"other", 60)
    assert notes.get("a") == b"two"
    notes.drop("a")
    notes.drop("a")
    assert (notes.get("a"), notes.get("b")) == (None, b"other")


def test_a_note_goes_when_its_time_is_over(notes: EngineNotes) -> None:
    notes.put("a", b"x", 0.02)
    notes.incr("n", 1, 0.02)
    time.sleep(0.04)
    assert (notes.get("a"), notes.get("n"), notes.incr("n", 1, 60)) == (None, None, 1)
    assert notes.claim("a", b"y", 60)


def test_a_right_lasts_when_it_is_prolonged_and_goes_to_the_next_when_it_is_not(notes: EngineNotes) -> None:
    assert notes.hold("proving", "a", 0.1)
    assert notes.hold("other", "a", 0.1)
    notes.prolong("proving", "a", 60)
    time.sleep(0.15)
    assert not notes.hold("proving", "b", 60)
    assert notes.hold("other", "b", 60)


def test_a_right_is_given_back_by_its_holder_only(notes: EngineNotes) -> None:
    assert notes.hold("proving", "a", 60)
    notes.release("proving", "b")
    assert not notes.hold("proving", "b", 60)
    notes.release("proving", "a")
    assert notes.hold("proving", "b", 60)
    assert notes.get("proving") is None  # a right is no note


def test_one_of_many_has_a_right(notes: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(lambda number: notes.hold("proving", str(number), 60), range(8)))
    assert held.count(True) == 1


def test_one_of_many_claims(notes: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda number: notes.claim("a", b"%d" % number, 60), range(8)))
    assert kept.count(True) == 1
    assert notes.get("a") == b"%d" % kept.index(True)


def test_numbers_go_up_and_down_whoever_counts(notes: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = set(threads.map(lambda _: notes.incr("n", 1, 60), range(40)))
    assert counted == set(range(1, 41))
    assert notes.incr("n", -40, 60) == 0
    assert notes.get("n") == b"0"


def test_a_remembered_note_is_asked_for_once_and_follows_what_its_own_process_writes(redis: Redis) -> None:
    here, elsewhere = RedisEngineNotes(redis, remembered=("rest:",)), RedisEngineNotes(redis)
    assert here.get("rest:a") is None
    asked = redis.info("commandstats")["cmdstat_get"]["calls"]
    assert here.get("rest:a") is None
    assert redis.info("commandstats")["cmdstat_get"]["calls"] == asked
    assert here.claim("rest:a", b"one", 60)
    assert here.get("rest:a") == b"one"
    here.drop("rest:a")
    assert here.get("rest:a") is None
    elsewhere.put("rest:a", b"two", 60)
    ends = time.monotonic() + 20
    while here.get("rest:a") != b"two":
        assert time.monotonic() < ends
        time.sleep(0.05)
