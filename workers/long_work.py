"""Threads that read a file for long make room for those of files that take little, on whose answers people wait.

Which file that is shows only while it is read. On Linux each thread has a niceness of its own, and it cannot be taken
back; so it is raised for the thread of one file, which ends with it, and not for the others in the same process.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Thread, current_thread
from typing import Final

_LONG_SECONDS: Final = 1.0  # of CPU: nearly all photos take less
_LOOK_SECONDS: Final = 0.1
YIELDING: Final = 15  # a niceness: a thirtieth of the share of another process


@dataclass(slots=True)
class LongWork:
    """Watches over threads while each works on a file."""

    _at_work: dict[int, int] = field(default_factory=dict)  # the ids of threads for Linux, and their CPU clocks
    _change: Condition = field(default_factory=Condition)
    _watch: Thread | None = None

    @contextmanager
    def of_this_thread(self) -> Iterator[None]:
        """Watch over the thread that runs the block."""
        thread = current_thread()
        if sys.platform != "linux" or thread.ident is None or thread.native_id is None:
            yield
            return
        with self._change:
            self._at_work[thread.native_id] = time.pthread_getcpuclockid(thread.ident)
            if self._watch is None:
                self._watch = Thread(target=self._look_now_and_then, name="long work", daemon=True)
                self._watch.start()
            self._change.notify()
        try:
            yield
        finally:
            with self._change:
                self._at_work.pop(thread.native_id, None)

    def _look_now_and_then(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._at_work))
                for native_id in [one for one, clock in self._at_work.items() if _seconds(clock) > _LONG_SECONDS]:
                    with suppress(OSError):  # the thread goes on as it is
                        os.setpriority(os.PRIO_PROCESS, native_id, YIELDING)
                    del self._at_work[native_id]
            time.sleep(_LOOK_SECONDS)


def _seconds(clock: int) -> float:
    return time.clock_gettime(clock)
