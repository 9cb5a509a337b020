"""A call repeated in the background while something else runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beating(seconds: float, beat: Callable[[], None]) -> Iterator[None]:
    """Call `beat` in a thread every `seconds` while the block runs, for the first time after `seconds`.

    It is not called after the block has ended. An exception in `beat` ends the calls, not the block.
    """
    done = Event()

    def run() -> None:
        while not done.wait(seconds):
            beat()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
