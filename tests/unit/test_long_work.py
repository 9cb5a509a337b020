"""A thread that reads for long yields to others; those beside it in its process do not."""

import os
import sys
import time
from collections.abc import Callable
from threading import Event, Thread, get_native_id

import pytest

from workers.long_work import LongWork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all threads of a process have one niceness")


def niceness_after(work: Callable[[], object], long_work: LongWork) -> int:
    """The niceness of a thread of its own after some work."""
    found = []

    def run() -> None:
        with long_work.of_this_thread():
            work()
            found.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def burn_until(seen: Callable[[], bool]) -> None:
    """Use the processor until something is seen; give up after 20 s of it."""
    while not seen() and time.thread_time() < 20:
        sum(range(1000))


def test_only_the_thread_that_used_the_processor_for_long_yields() -> None:
    long_work, usual = LongWork(), os.getpriority(os.PRIO_PROCESS, 0)
    burnt, beside = Event(), []

    def waits() -> None:
        burnt.wait()

    other = Thread(target=lambda: beside.append(niceness_after(waits, long_work)))
    other.start()
    busy = niceness_after(
        lambda: burn_until(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id()) != usual), long_work
    )
    burnt.set()
    other.join()
    assert (busy, beside) == (15, [usual])
    assert os.getpriority(os.PRIO_PROCESS, 0) == usual
    assert niceness_after(lambda: None, long_work) == usual
