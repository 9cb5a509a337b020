"""Reading files in processes that are reused, each file within limits.

A reader reads several files at a time, because most of the time they wait for the engine. If one dies, by a crash, a
limit or a person's hand, each of its files is read again alone in a fresh reader with exact limits. Only the file whose
reader dies again is refused.
"""

import math
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore, Condition, Thread
from time import monotonic

import structlog

from bot.domain import texts
from bot.domain.document import Document
from bot.domain.errors import Refused, Unavailable
from bot.memory import give_back_freed_memory
from workers.engines.base import Engine
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.readers.following import Follower, OutOfMemory, ToRead
from workers.readers.forked import FileInReader, ForkServer, Reader, ReaderDied
from workers.readers.limits import ReaderLimits
from workers.readers.messages import (
    ReadFile,
)
from workers.readers.request_parts import NamedRequest, Namer
from workers.readers.time_by_person import TimeByPerson
from workers.readers.told_of_pages import ToldOfPages

_MOST_ALONE = 8  # readers of one file at a time
_MOST_TRIES = 3  # alone, if what ended the reader was not the file

_log = structlog.get_logger("ocrbot.readers")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """How many readers there are at most, and how many files they have at once; times are in seconds.

    The engine reads `parallel` pictures side by side.
    """

    readers: int
    files: int
    parallel: int
    silent: float = 300.0  # in which a file's reader neither says anything nor waits for the engine: it hangs
    slow: float = 10.0  # silent for so long, a reader gets no more files until it has done with those it has
    surplus: float = 30.0  # in which a reader beside another one has nothing to read: it is ended
    last: float = 120.0  # in which the last one has nothing to read: the next file gets a new one, a moment later
    idle: float = 600.0  # in which no file was read: everything is ended
    most_served: int = 200  # files, after which a reader is replaced: libraries leak, memory is cut into pieces
    roots: tuple[str, ...] = ()  # certificates as PEM: who signed a file is said if that leads to one of them
    limits: ReaderLimits = ReaderLimits()  # noqa: RUF009 - frozen

    @property
    def files_each(self) -> int:
        """How many files a reader has at once."""
        return math.ceil(self.files / self.readers)


class ReaderPool:
    """A `FileReader` whose readers are processes. `engine` is asked in this process, by a thread for each question.

    So is the `second` engine, if there is one beside it.
    """

    def __init__(self, engine: Engine, settings: PoolSettings, *, second: Engine | None = None) -> None:
        self._engine = engine
        self._second = second
        self._settings = settings
        self._follower = Follower(engine, second, silent=settings.silent)
        self._change = Condition()  # of all below
        self._server: ForkServer | None = None
        self._readers: list[Reader] = []
        self._times = TimeByPerson()
        self._namer = Namer()
        self._alone = BoundedSemaphore(_MOST_ALONE)
        self._reading = 0
        self._used_at = monotonic()
        self._closed = False
        self._upkeep: Thread | None = None

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        return self._engine.name

    def own_seconds(self, seconds: float) -> float:
        """Return how many of a file's `seconds` were its own, and not spent waiting for its turn at the engine."""
        return seconds * min(1.0, self._settings.parallel / max(1, self._reading))

    def warm_up(self) -> None:
        """Start the process that readers are forked from, if it does not run; it is ready a second later."""
        if self._change.acquire(blocking=False):  # else a reader is just being started
            try:
                self._used_at = monotonic()
                self._running_server()
            finally:
                self._change.release()

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        """Return the document in a file, which may be read a second time if its reader dies.

        Raises `Refused` for a file that cannot be read or exceeds a limit, and the engine's `Unavailable` and
        `Misconfigured`; `ReaderBugError` for a bug.
        """
        named, parts = self._namer.named(request)
        told = ToldOfPages(show_page=show_page, keep_picture=keep_picture)
        wanted = ToRead(data=data, request=named, parts=parts, person=request.person, told=told)
        with self._change:
            self._reading += 1
        try:
            try:
                return self._read_shared(wanted)
            except (ReaderDied, OutOfMemory) as reason:
                _log.warning("file is read again, alone", request=request.request_id, reason=type(reason).__name__)
            with self._alone:
                return self._read_alone(wanted)
        finally:
            with self._change:
                self._reading -= 1
                self._used_at = monotonic()

    def close(self) -> None:
        """End all processes."""
        with self._change:
            self._closed = True
            self._end_all()
            self._change.notify_all()

    def _read_shared(self, wanted: ToRead) -> Document:
        reader, file = self._begin_shared(wanted)
        try:
            return self._follower.document(reader, file, wanted)
        except OutOfMemory:
            reader.spent = True
            raise
        finally:
            reader.end(file)
            self._times.end(wanted.person, file, monotonic())
            self._end_if_spent(reader)

    def _read_alone(self, wanted: ToRead) -> Document:
        """Read a file in a reader of its own; refuse it if that ends the reader."""
        for _ in range(_MOST_TRIES):
            with self._change:
                server = self._running_server()
            try:
                reader = server.fork(alone=True, yields=True)
            except ReaderDied:
                continue
            try:
                file = reader.begin(partial(self._message, wanted.request), wanted.data)
                return self._follower.document(reader, file, wanted)
            except OutOfMemory as error:
                raise Refused("file_too_heavy", texts.unreadable.file_too_heavy()) from error
            except ReaderDied as error:
                if server.lives:
                    raise Refused("file_too_heavy", texts.unreadable.file_too_heavy()) from error
            finally:
                reader.close()
        raise Unavailable("readers are ended again and again")

    def _message(self, request: NamedRequest, number: int) -> ReadFile:
        return ReadFile(
            file=number,
            request=request,
            engine_name=self._engine.name,
            takes_prompts=self._engine.takes_prompts,
            second_name=self._second.name if self._second is not None else "",
            roots=self._settings.roots,
        )

    # The processes

    def _begin_shared(self, wanted: ToRead) -> tuple[Reader, FileInReader]:
        """Hand a file to the least busy reader, or to another one while there are few and all are busy."""
        yields = self._times.takes_much(wanted.person, monotonic())
        for _ in range(_MOST_TRIES):
            try:
                with self._change:
                    reader = self._least_busy(yields=yields) or self._another(yields=yields)
                file = reader.begin(partial(self._message, wanted.request), wanted.data)
            except ReaderDied:
                continue
            self._times.begin(wanted.person, file, monotonic())
            return reader, file
        raise Unavailable("no reader can be started")

    def _least_busy(self, *, yields: bool) -> Reader | None:
        """Return the reader to hand a file to, None for a new one. A slow one gets files only if there are many.

        Files of who takes much have readers of their own, which yield to the others.
        """
        slow = monotonic() - self._settings.slow
        alike = [reader for reader in self._readers if reader.yields is yields]
        many = len(alike) >= 2 * self._settings.readers  # on a busy machine all may seem slow
        usable = [reader for reader in alike if not reader.spent and (many or not reader.silent_since(slow))]
        least = min(usable, key=lambda reader: len(reader.files), default=None)
        if least is None or (len(least.files) >= self._settings.files_each and not many):
            return None
        return least if not least.files or many or len(usable) >= self._settings.readers else None

    def _another(self, *, yields: bool) -> Reader:
        reader = self._running_server().fork(alone=False, yields=yields)
        self._readers.append(reader)
        return reader

    def _running_server(self) -> ForkServer:
        if self._server is None or not self._server.lives:
            if self._server is not None:
                self._server.close()
            self._server = ForkServer(self._settings.files_each, self._settings.limits)
            if self._upkeep is None:
                self._upkeep = Thread(target=self._keep_up, name="upkeep of readers", daemon=True)
                self._upkeep.start()
        return self._server

    def _end_if_spent(self, reader: Reader) -> None:
        with self._change:
            if (reader.spent or reader.served >= self._settings.most_served) and reader in self._readers:
                reader.spent = True
                if not reader.files:
                    self._readers.remove(reader)
                    reader.close()

    def _keep_up(self) -> None:
        """End what is not needed any more, as long as there is anything."""
        with self._change:
            while not self._change.wait_for(lambda: self._closed, timeout=self._settings.surplus / 3):
                self._end_surplus()
                if not self._reading and monotonic() > self._used_at + self._settings.idle:
                    break
            self._end_all()
            self._upkeep = None

    def _end_surplus(self) -> None:
        now, ended = monotonic(), 0
        for reader in [reader for reader in self._readers if not reader.files]:
            needed = self._settings.surplus if len(self._readers) > 1 else self._settings.last
            if reader.spent or reader.idle_since < now - needed:
                self._readers.remove(reader)
                reader.close()
                ended += 1
        if ended and not self._readers:
            give_back_freed_memory()  # that the files took in this process

    def _end_all(self) -> None:
        for reader in self._readers:
            reader.close()
        self._readers.clear()
        if self._server is not None:
            self._server.close()
            self._server = None
