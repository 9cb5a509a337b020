"""Following a file that a reader has: what the reader asks is answered here, what it says is passed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty
from threading import Thread
from time import monotonic

import structlog

from bot.domain.document import Document
from workers.engines.base import Engine
from workers.readers.answering import answer_of
from workers.readers.forked import FileInReader, Reader, ReaderDied
from workers.readers.messages import (
    Answered,
    FileFailed,
    FileRead,
    FormAsked,
    FromReader,
    PagePictured,
    PageRead,
    PartsAsked,
    PictureAsked,
    TypedError,
    untyped,
)
from workers.readers.request_parts import NamedRequest, joined
from workers.readers.told_of_pages import ToldOfPages

_log = structlog.get_logger("ocrbot.readers")


class ReaderBugError(RuntimeError):
    """A bug showed itself while a file was read; the message is the traceback from the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """A file, how it is to be read, and the parts of that by digest."""

    data: bytes
    request: NamedRequest
    parts: Mapping[str, bytes]
    person: str
    told: ToldOfPages


class OutOfMemory(Exception):  # noqa: N818 - what happened
    """A file needs more memory than its reader may use."""


class Follower:
    """Asks `engine` for readers, or the `second` one, in this process, by a thread for each question.

    A reader that is `silent` for so many seconds, and does not wait for the engine, is killed: it hangs.
    """

    def __init__(self, engine: Engine, second: Engine | None, *, silent: float) -> None:
        self._engine = engine
        self._second = second
        self._silent = silent

    def document(self, reader: Reader, file: FileInReader, wanted: ToRead) -> Document:
        """Serve what a reader asks and says of a file until it is done; return the document.

        Raises what the reader says went wrong, `OutOfMemory`, `ReaderBugError`, or `ReaderDied`.
        """
        while True:
            match self._next_event(reader, file):
                case (PartsAsked(question=question, digests=digests), _):
                    file.be_answered(question)
                    reader.tell(Answered(question=question), joined(wanted.parts, digests))
                case (FormAsked() | PictureAsked() as asked, picture):
                    self._begin_to_answer(reader, file, asked, picture)
                case (PageRead() | PagePictured() as said, data):
                    wanted.told.hear(said, data)
                case (FileRead(document=document), _):
                    return document
                case (FileFailed(error=None, traceback=""), _):
                    raise OutOfMemory
                case (FileFailed(error=None, traceback=traceback), _):
                    raise ReaderBugError(traceback)
                case (FileFailed(error=error), _) if error is not None:
                    raise untyped(error)
                case _ if file.question_failed:
                    raise ReaderBugError("the engine's client failed: its traceback is in the log")
                case _:
                    raise ReaderDied

    def _next_event(self, reader: Reader, file: FileInReader) -> "tuple[FromReader, bytes] | None":
        """Wait for the next event of a file; kill its reader if it hangs. The engine has time-outs of its own."""
        while True:
            left = file.heard_at + self._silent - monotonic()
            try:
                return file.events.get(timeout=self._silent if file.asking else max(0.0, left))
            except Empty:
                if not file.asking and monotonic() >= file.heard_at + self._silent:
                    _log.error("reader hangs", seconds=self._silent)
                    reader.kill()
                    file.heard_at = monotonic()

    def _begin_to_answer(
        self, reader: Reader, file: FileInReader, asked: FormAsked | PictureAsked, picture: bytes
    ) -> None:
        if isinstance(asked, FormAsked) and not asked.second:  # the file asks for nothing else meanwhile
            self._answer(reader, file, asked, picture)
        else:
            Thread(target=self._answer, args=(reader, file, asked, picture), daemon=True).start()

    def _answer(self, reader: Reader, file: FileInReader, asked: FormAsked | PictureAsked, picture: bytes) -> None:
        """Ask the engine what a reader wants to know."""
        unanswered = TypedError(type="unavailable", words="the question was not answered")
        answer = Answered(question=asked.question, error=unanswered)
        try:
            engine = self._second if asked.second and self._second is not None else self._engine
            answer = answer_of(engine, asked, picture)
        finally:  # a bug in the engine's client ends the file
            file.question_failed |= answer.error is unanswered
            file.be_answered(asked.question)
            reader.tell(answer)
            if file.question_failed:
                file.events.put(None)
