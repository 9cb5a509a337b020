import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from workers.reading.held_pixels import HeldPixels

PAGE = Image.new("1", (100, 100))
WITHOUT_PIXELS = b"P6 100 100 255\n"


def test_no_more_is_held_at_once_than_there_is_room_for() -> None:
    held, most, now, lock = HeldPixels(25_000), 0, 0, threading.Lock()

    def decode(_: int) -> None:
        nonlocal most, now
        with held.during(PAGE):
            with lock:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.001)
            with lock:
                now -= 1

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(decode, range(64)))
    assert most == 2


def test_who_came_first_is_let_in_first_however_much_it_needs() -> None:
    held, order = HeldPixels(10_000), list[str]()

    def wait_for(name: str, size: tuple[int, int]) -> threading.Thread:
        def work() -> None:
            with held.during(Image.new("1", size)):
                order.append(name)

        thread, waiting = threading.Thread(target=work), held.waiting
        thread.start()
        while held.waiting == waiting:
            threading.Event().wait(0.001)
        return thread

    with held.during(PAGE):
        threads = [wait_for("large", (200, 100)), wait_for("small", (1, 1))]
    for thread in threads:
        thread.join(10)
    assert order == ["large", "small"]


def test_a_picture_larger_than_the_room_is_let_in_alone() -> None:
    held = HeldPixels(10)
    with held.during(PAGE):
        pass
    held.take(PAGE)()


def test_room_is_given_back_after_a_failure() -> None:
    held, broken = HeldPixels(10_000), Image.open(io.BytesIO(WITHOUT_PIXELS))
    for _ in range(3):
        with pytest.raises(OSError, match="truncated"), held.during(broken):
            broken.load()
    with held.during(PAGE):
        assert held.waiting == 0
