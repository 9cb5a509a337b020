"""Whose files take much of the readers, and that they make room for those of others."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace

from tests.contract.readers.test_pool import REQUEST, Pool, make, picture, until
from tests.fakes.processes import readers
from workers.readers.forked import FileInReader
from workers.readers.time_by_person import TimeByPerson

__all__ = ["make"]


def reading(times: TimeByPerson, person: str, since: float) -> FileInReader:
    file = FileInReader(number=1, began_at=since)
    times.begin(person, file, since)
    return file


def read(times: TimeByPerson, person: str, begin: float, end: float) -> None:
    times.end(person, reading(times, person, begin), end)


def test_who_takes_more_than_others_takes_much() -> None:
    times = TimeByPerson()
    for person in ("adam", "ben", "carl"):
        read(times, person, 0.0, 1.0)
    read(times, "eve", 0.0, 20.0)
    assert [person for person in ("adam", "ben", "carl", "eve", "new") if times.takes_much(person, 20.0)] == ["eve"]
    assert not times.takes_much("eve", 600.0)


def test_a_file_that_is_still_being_read_counts() -> None:
    times = TimeByPerson()
    read(times, "adam", 0.0, 1.0)
    reading(times, "eve", 0.0)
    assert not times.takes_much("eve", 1.0)
    assert times.takes_much("eve", 20.0)


def test_waiting_for_the_engine_takes_nothing() -> None:
    file = FileInReader(number=1)
    file.ask(1)
    file.ask(2)
    file.be_answered(1)
    assert file.own_seconds(file.began_at + 100.0) < 1.0
    file.be_answered(2)
    assert 99.0 < file.own_seconds(file.began_at + 100.0) <= 100.0


def test_many_files_at_once_do_not_sit_among_those_of_others(make: Callable[..., Pool]) -> None:
    pool, over, usual = make(), threading.Event(), os.getpriority(os.PRIO_PROCESS, 0)
    pool.engine.before = lambda: over.wait(60)

    def begin(person: str) -> None:
        begun = len(pool.engine.sizes)
        request = replace(REQUEST, person=person)
        pool.threads.submit(pool.pool.read, picture(os.urandom(4)), request, lambda *_: None)
        until(lambda: len(pool.engine.sizes) == begun + 1)

    for person in ("adam", "eve", "eve"):
        begin(person)
    assert [os.getpriority(os.PRIO_PROCESS, reader) for reader in readers(os.getpid())] == [usual]
    begin("eve")
    niceness = sorted(os.getpriority(os.PRIO_PROCESS, reader) for reader in readers(os.getpid()))
    over.set()
    assert niceness == [usual, min(19, usual + 15)]
