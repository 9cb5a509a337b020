"""A worker's side of the fork server and of its readers."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Final

import structlog

from bot.domain.errors import Undecodable
from workers.readers.fork_server import FORK_ALONE, FORK_SHARED, FORK_YIELDING, ID_BYTES, KILL, LIMITS
from workers.readers.limits import ReaderLimits
from workers.readers.messages import (
    FROM_READER,
    TO_READER,
    Answered,
    Asked,
    Channel,
    FromReader,
    ToReader,
    TypedError,
)

# No credentials: only what Python and its libraries go by.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "HOME")
_FOR_LIBRARIES: Final = {
    # One thread each, for there is a reader a core; numpy would have some before a fork.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
# Large pictures go back to the system at once. Else the C library keeps what each thread freed for that thread: 36 MB
# for each of 64 scans instead of 9, and 2 GB of a file of large pages.
ALLOCATION: Final = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(8 * 2**20)}

_log = structlog.get_logger("ocrbot.readers")


class ReaderDied(Exception):  # noqa: N818 - what happened
    """The process that read a file has ended."""


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _FOR_LIBRARIES | ALLOCATION


class ForkServer:
    """A running fork server; each of its shared readers reads `files` at once."""

    def __init__(self, files: int, limits: ReaderLimits) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        self._lock = Lock()
        with theirs:
            numbers = [theirs.fileno(), files, *(getattr(limits, name) for name in LIMITS)]
            command = [sys.executable, "-P", "-m", "workers.readers.fork_server", *map(str, numbers)]
            self._process = subprocess.Popen(  # noqa: S603 - a module of this project
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                | _FOR_LIBRARIES
                | ALLOCATION,
            )

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def fork(self, *, alone: bool, yields: bool = False) -> "Reader":
        """Return a new reader, for several files or for one alone; raises `ReaderDied` if the server has ended.

        One that `yields` gets the processor when others do not want it, as one for a file alone does in any case.
        """
        ours, theirs = socket.socketpair()
        kind = FORK_ALONE if alone else FORK_YIELDING if yields else FORK_SHARED
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [kind], [theirs.fileno()])
                answer = self._control.recv(ID_BYTES, socket.MSG_WAITALL)
            except OSError as error:
                ours.close()
                raise ReaderDied from error
        if len(answer) != ID_BYTES:
            ours.close()
            raise ReaderDied
        return Reader(self, int.from_bytes(answer, "big"), Channel(ours), yields=yields)

    def kill(self, reader: int) -> None:
        """Kill a reader by its process id."""
        try:
            with self._lock:
                self._control.sendall(KILL + reader.to_bytes(ID_BYTES, "big"))
        except OSError:  # then it has ended, and its readers with it
            return

    def close(self) -> None:
        """End it and its readers."""
        self._control.close()
        self._process.wait()


@dataclass(slots=True, kw_only=True, eq=False)
class FileInReader:
    """A file that a reader has: what the reader says of it, and when it last said something or was told an answer."""

    number: int
    events: "SimpleQueue[tuple[FromReader, bytes] | None]" = field(default_factory=SimpleQueue)
    heard_at: float = field(default_factory=monotonic)
    asking: set[int] = field(default_factory=set)  # questions to the engine that are not answered yet
    question_failed: bool = False  # by a bug
    began_at: float = field(default_factory=monotonic)
    waited: float = 0.0  # seconds with such questions, until `waiting_since`
    waiting_since: float | None = None

    def ask(self, question: int) -> None:
        """Note that it waits for the engine."""
        self.asking.add(question)
        if self.waiting_since is None:
            self.waiting_since = monotonic()

    def be_answered(self, question: int) -> None:
        """Note an answer; without any open question it goes on by itself."""
        self.heard_at = monotonic()
        self.asking.discard(question)
        since = self.waiting_since
        if not self.asking and since is not None:
            self.waited += self.heard_at - since
            self.waiting_since = None

    def own_seconds(self, at: float) -> float:
        """Return for how many seconds until now it did not wait for the engine."""
        since = self.waiting_since
        return max(0.0, at - self.began_at - self.waited - (at - since if since is not None else 0.0))


class Reader:
    """A reader process, and the files that it has. A thread receives what it says."""

    def __init__(self, server: ForkServer, process: int, channel: Channel, *, yields: bool = False) -> None:
        self.files: dict[int, FileInReader] = {}
        self.yields = yields
        self.served = 0
        self.spent = False  # it is to read no more files
        self.idle_since = monotonic()
        self._server = server
        self._process = process
        self._channel = channel
        self._lock = Lock()
        self._died = False
        Thread(target=self._receive, name=f"reader {process}", daemon=True).start()

    def begin(self, make: Callable[[int], ToReader], data: bytes) -> FileInReader:
        """Hand over a file; `make` returns the message for the number it is given. Raises `ReaderDied`."""
        with self._lock:
            if self._died:
                raise ReaderDied
            self.served += 1
            file = self.files[self.served] = FileInReader(number=self.served)
        self.tell(make(file.number), data)
        return file

    def tell(self, message: ToReader, blob: bytes = b"") -> None:
        """Send a message; if the reader has died, its files are told so by themselves."""
        try:
            self._channel.send(TO_READER, message, blob)
        except OSError:
            return

    def end(self, file: FileInReader) -> None:
        """Forget a file."""
        with self._lock:
            self.files.pop(file.number, None)
            self.idle_since = monotonic()

    def kill(self) -> None:
        """Kill the process."""
        self._server.kill(self._process)

    def close(self) -> None:
        """Have the process end; files that it still has are given up."""
        self._channel.close()

    def silent_since(self, moment: float) -> bool:
        """Return whether the reader has said nothing of a file since a moment, though it waits for no answer."""
        return any(not file.asking and file.heard_at < moment for file in [*self.files.values()])

    def _pass_on(self, message: FromReader, blob: bytes) -> None:
        file = self.files.get(message.file)
        if file is not None:
            file.heard_at = monotonic()
            if isinstance(message, Asked):
                file.ask(message.question)
            file.events.put((message, blob))
        elif isinstance(message, Asked):  # of a file that was given up
            self.tell(Answered(question=message.question, error=TypedError(type="unavailable", words="given up")))

    def _receive(self) -> None:
        try:
            while True:
                message, blob = self._channel.receive(FROM_READER)
                self._pass_on(message, blob)
        except (EOFError, OSError):
            pass
        except Undecodable as error:
            _log.error("a reader speaks nonsense", error=str(error))
            self.kill()
        with self._lock:
            self._died = self.spent = True
            for file in self.files.values():
                file.events.put(None)
