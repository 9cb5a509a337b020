"""An end to waiting for a connection, from outside: httpx has one time-out for all reads of an answer."""

import socket
import threading
from time import monotonic
from types import TracebackType
from typing import Self


class Deadline:
    """While entered, cuts a connection once `until` has passed; whoever waits for it then meets its end."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._asleep_until = until
        self._change = threading.Condition()
        self._over = False
        self.cut = False  # whether it was this that ended the connection
        self._thread = threading.Thread(target=self._watch, name="deadline", daemon=True)

    def move(self, until: float) -> None:
        """Set another time, in seconds of `time.monotonic`."""
        self._until = until
        if until < self._asleep_until:
            with self._change:
                self._change.notify()

    def now(self) -> None:
        """Cut it at once."""
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
                    self.cut = True
                    self._shut()
                    return
                if until == self._until:  # else it was moved before anybody could know of our sleep
                    self._change.wait(left)

    def _shut(self) -> None:
        # Not the method of an SSLSocket, which takes the session away from under the thread that reads.
        try:
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        except OSError:  # it is closed already
            return
