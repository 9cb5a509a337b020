import threading
from functools import partial

import pytest

from bot.domain.errors import Refused
from workers.reading.meanwhile.later import Later

WAIT = 20  # seconds


def test_work_is_done_though_nobody_asks_for_its_result() -> None:
    done = threading.Event()
    Later().add(done.set)
    assert done.wait(WAIT)


def test_a_result_that_is_wanted_waits_for_nothing_that_came_before() -> None:
    later, release, begun = Later(), threading.Event(), threading.Event()

    def long() -> bool:
        begun.set()
        return release.wait(WAIT)

    first, second = later.add(long), later.add(lambda: "second")
    assert begun.wait(WAIT)
    assert second.result() == "second"
    release.set()
    assert first.result()


def test_one_piece_is_done_after_the_other_in_the_order_of_coming() -> None:
    later, order, over = Later(), list[str](), threading.Event()
    at_work = threading.Lock()

    def work(number: int) -> None:
        assert at_work.acquire(blocking=False)
        order.append(str(number))
        at_work.release()
        if number == 4:  # the last
            over.set()

    pieces = [later.add(partial(work, number)) for number in range(5)]
    assert over.wait(WAIT)
    assert [piece.result() for piece in pieces] == [None] * 5
    assert order == ["0", "1", "2", "3", "4"]


def test_work_is_done_once_and_raises_where_its_result_is_wanted() -> None:
    times, done = list[int](), threading.Event()

    def fail() -> None:
        times.append(1)
        done.set()
        raise Refused("picture_broken", "图片已损坏")

    piece = Later().add(fail)
    assert done.wait(WAIT)
    for _ in range(2):
        with pytest.raises(Refused):
            piece.result()
    assert times == [1]


def test_dropped_work_is_not_done() -> None:
    later, done, after = Later(), list[int](), threading.Event()
    piece = later.add(lambda: done.append(1))
    piece.drop()
    later.add(after.set)
    assert after.wait(WAIT)
    assert done == []
