"""Something done again and again beside what takes long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beating(seconds: float, beat: Callable[[], None]) -> Iterator[None]:
    """Call `beat` every so many seconds, in a thread of its own, for as long as the block takes; the first one later.

    After the block it is called no more. What it raises ends the beating, not the block.
    """
    done = Event()

    def run() -> None:
        while not done.wait(seconds):
            beat()

    beats = Thread(target=run, daemon=True)
    beats.start()
    try:
        yield
    finally:
        done.set()
        beats.join()
