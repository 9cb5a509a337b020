"""The two boards do the same."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from bot.storage.engine_notes import RedisEngineNotes
from workers.engines.notes import EngineNotes, MemoryEngineNotes


@pytest.fixture(params=["memory", "redis"])
def board(request: pytest.FixtureRequest) -> EngineNotes:
    if request.param == "memory":
        return MemoryEngineNotes()
    redis: Redis = request.getfixturevalue("redis")
    return RedisEngineNotes(redis)


def test_a_note_stays_until_it_is_taken_down(board: EngineNotes) -> None:
    assert board.get("a") is None
    board.put("a", b"one", 60)
    board.put("a", b"two", 60)
    board.put("b", b"other", 60)
    assert board.get("a") == b"two"
    board.drop("a")
    board.drop("a")
    assert (board.get("a"), board.get("b")) == (None, b"other")


def test_a_note_goes_when_its_time_is_over(board: EngineNotes) -> None:
    board.put("a", b"x", 0.02)
    board.incr("n", 1, 0.02)
    time.sleep(0.04)
    assert (board.get("a"), board.get("n"), board.incr("n", 1, 60)) == (None, None, 1)
    assert board.claim("a", b"y", 60)


def test_a_right_lasts_when_it_is_prolonged_and_goes_to_the_next_when_it_is_not(board: EngineNotes) -> None:
    assert board.hold("proving", "a", 0.1)
    assert board.hold("other", "a", 0.1)
    board.prolong("proving", "a", 60)
    time.sleep(0.15)
    assert not board.hold("proving", "b", 60)
    assert board.hold("other", "b", 60)


def test_a_right_is_given_back_by_its_holder_only(board: EngineNotes) -> None:
    assert board.hold("proving", "a", 60)
    board.release("proving", "b")
    assert not board.hold("proving", "b", 60)
    board.release("proving", "a")
    assert board.hold("proving", "b", 60)
    assert board.get("proving") is None  # a right is no note


def test_one_of_many_has_a_right(board: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(lambda number: board.hold("proving", str(number), 60), range(8)))
    assert held.count(True) == 1


def test_one_of_many_claims(board: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda number: board.claim("a", b"%d" % number, 60), range(8)))
    assert kept.count(True) == 1
    assert board.get("a") == b"%d" % kept.index(True)


def test_numbers_go_up_and_down_whoever_counts(board: EngineNotes) -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = set(threads.map(lambda _: board.incr("n", 1, 60), range(40)))
    assert counted == set(range(1, 41))
    assert board.incr("n", -40, 60) == 0
    assert board.get("n") == b"0"
