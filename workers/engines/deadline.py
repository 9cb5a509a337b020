"""A deadline that cuts a connection from another thread: httpx has only one time-out for all reads of an answer."""

import socket
import threading
from time import monotonic
from types import TracebackType
from typing import Self


class Deadline:
    """While entered, cuts a connection once `until`, in seconds of `time.monotonic`, has passed.

    A thread that reads from the connection then gets its end.
    """

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._asleep_until = until
        self._change = threading.Condition()
        self._over = False
        self.expired = False  # whether the deadline cut the connection
        self._thread = threading.Thread(target=self._watch, name="deadline", daemon=True)

    def move(self, until: float) -> None:
        """Move the deadline to `until`, in seconds of `time.monotonic`."""
        self._until = until
        if until < self._asleep_until:
            with self._change:
                self._change.notify()

    def expire(self) -> None:
        """Cut the connection at once."""
        self.move(0.0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._over = True
            self._change.notify()

    def _watch(self) -> None:
        with self._change:
            while not self._over:
                until = self._asleep_until = self._until
                left = until - monotonic()
                if left <= 0:
                    self.expired = True
                    self._shut_down()
                    return
                if until == self._until:  # else it was moved before `_asleep_until` was set
                    self._change.wait(left)

    def _shut_down(self) -> None:
        # Not `SSLSocket.shutdown`, which drops the TLS session while another thread reads from it.
        try:
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        except OSError:  # already closed
            return
