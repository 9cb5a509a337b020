"""Deadlines that cut connections from another thread: httpx has only one time-out for all reads of an answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

_IDLE_SECONDS: Final = 10.0  # for which the thread waits for another deadline


class Deadline:
    """When a connection is cut, in seconds of `time.monotonic`; a thread that reads from it then gets its end."""

    def __init__(self, connection: socket.socket, until: float, watch: "DeadlineWatch") -> None:
        self._connection = connection
        self._watch = watch
        self.until = until
        self.expired = False  # whether the deadline cut the connection

    def move(self, until: float) -> None:
        """Move the deadline to `until`."""
        self.until = until
        self._watch.wake_before(until)

    def expire(self) -> None:
        """Cut the connection at once; does nothing after the block, when the connection may serve somebody else."""
        self._watch.while_running(self, self._cut)

    def _cut(self) -> None:
        self.expired = True
        # Not `SSLSocket.shutdown`, which drops the TLS session while another thread reads from it.
        try:
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        except OSError:  # already closed
            return


class DeadlineWatch:
    """The deadlines of one process, watched by one thread that lives while there are some."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: set[Deadline] = set()
        self._watched = False
        self._asleep_until = 0.0

    @contextmanager
    def deadline(self, connection: socket.socket, until: float) -> Iterator[Deadline]:
        """Cut `connection` at `until`, in seconds of `time.monotonic`, unless the block ends earlier."""
        deadline = Deadline(connection, until, self)
        with self._changed:
            self._running.add(deadline)
            self.wake_before(until)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
        try:
            yield deadline
        finally:
            with self._changed:
                self._running.discard(deadline)

    def while_running(self, deadline: Deadline, act: Callable[[], None]) -> None:
        """Call `act` unless the deadline's block has ended; it does not end meanwhile."""
        with self._changed:
            if deadline in self._running:
                act()

    def wake_before(self, until: float) -> None:
        """See to it that the deadlines are looked at by `until`."""
        if until < self._asleep_until:
            with self._changed:
                self._changed.notify()

    def expire_all(self) -> None:
        """Cut all connections at once."""
        with self._changed:
            for deadline in self._running:
                deadline.expire()

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for deadline in self._running:
                    if deadline.until <= now and not deadline.expired:
                        deadline.expire()
                left = [deadline.until - now for deadline in self._running if not deadline.expired]
                self._asleep_until = now + min(left, default=_IDLE_SECONDS)
                if any(deadline.until < self._asleep_until for deadline in self._running if not deadline.expired):
                    continue  # it was moved before `_asleep_until` was set
                notified = self._changed.wait(self._asleep_until - monotonic())
                if not notified and not self._running:
                    self._watched = False
                    return
