"""What the CPU engine reads of a page that is behind, while others come."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from workers.engines.cpu.pausing import Pausing

SECONDS = 60.0
BEHIND, AHEAD = True, False


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def begun(threads: ThreadPoolExecutor, pausing: Pausing, *, behind: bool, until: Event) -> Future[None]:
    """Return the end of a page that is in the detector `until` the event, once it is there."""
    there = Event()

    def read() -> None:
        with pausing.page(behind=behind, seconds=SECONDS) as steps, steps.detecting():
            there.set()
            assert until.wait(20)

    reading = threads.submit(read)
    assert there.wait(20)
    return reading


def detected(pausing: Pausing, *, behind: bool) -> None:
    with pausing.page(behind=behind, seconds=SECONDS) as steps, steps.detecting():
        pass


def test_a_page_that_is_behind_pauses_until_the_others_are_read(threads: ThreadPoolExecutor) -> None:
    pausing, told = Pausing(2), list[str]()
    first, second, go = Event(), Event(), Event()

    def read() -> None:
        with pausing.page(behind=BEHIND, seconds=SECONDS) as steps:
            steps.pause()
            told.append("begun")
            assert go.wait(20)
            steps.pause()
            told.append("done")

    reading = threads.submit(read)
    ahead = [begun(threads, pausing, behind=AHEAD, until=until) for until in (first, second)]
    go.set()
    for until, page in zip((first, second), ahead, strict=True):
        told.append("another is read")
        until.set()
        page.result(20)
    reading.result(20)
    assert told == ["begun", "another is read", "another is read", "done"]


def test_pages_of_one_rank_do_not_wait_for_each_other(threads: ThreadPoolExecutor) -> None:
    for behind in (AHEAD, BEHIND):
        pausing, until = Pausing(4), Event()
        reading = begun(threads, pausing, behind=behind, until=until)
        threads.submit(detected, pausing, behind=behind).result(20)
        until.set()
        reading.result(20)


def test_a_page_that_is_behind_is_read_to_its_end_though_others_keep_coming(threads: ThreadPoolExecutor) -> None:
    pausing, until = Pausing(2, most_seconds=0.05), Event()
    ahead = begun(threads, pausing, behind=AHEAD, until=until)
    threads.submit(detected, pausing, behind=BEHIND).result(20)
    assert not ahead.done()
    until.set()
    ahead.result(20)


def test_a_page_with_little_time_does_not_spend_it_on_pausing(threads: ThreadPoolExecutor) -> None:
    pausing, until = Pausing(2), Event()
    ahead = begun(threads, pausing, behind=AHEAD, until=until)

    def read() -> None:
        with pausing.page(behind=BEHIND, seconds=0.2) as steps:
            steps.pause()

    threads.submit(read).result(5)
    until.set()
    ahead.result(20)


def test_whoever_comes_finds_a_detection_free_beside_pages_that_are_behind(threads: ThreadPoolExecutor) -> None:
    pausing, until = Pausing(2), Event()
    first = begun(threads, pausing, behind=BEHIND, until=until)
    second = threads.submit(detected, pausing, behind=BEHIND)
    threads.submit(detected, pausing, behind=AHEAD).result(20)
    assert not second.done()
    until.set()
    first.result(20)
    second.result(20)


def test_no_more_pages_are_in_the_detector_than_it_takes(threads: ThreadPoolExecutor) -> None:
    pausing, until = Pausing(1), Event()
    first = begun(threads, pausing, behind=BEHIND, until=until)
    second = threads.submit(detected, pausing, behind=AHEAD)
    assert not second.done()
    until.set()
    first.result(20)
    second.result(20)
