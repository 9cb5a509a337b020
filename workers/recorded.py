"""The engine and the reader of files with a record: what an engine answers about the files of trials is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bot.domain.document import Document, Reading
from bot.domain.trials import Call
from workers.engines.base import USUAL, AskOptions, EncodedPicture
from workers.engines.wrapped import WrappedEngine
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.readers.wrapped import WrappedReader

KeepCalls = Callable[[str, list[Call]], None]
"""Called with the id of a file and what the engine answered, once the file has been read, or has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFiles:
    """The answers about the files of trials that are being read, by their request ids. For several threads."""

    _calls: dict[str, list[Call]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, request_id: str) -> None:
        """Record the answers about a file from now on."""
        with self._lock:
            self._calls[request_id] = []

    def note(self, request_id: str, call: Call) -> None:
        """Record an answer, if those about this file are recorded."""
        with self._lock:
            if request_id in self._calls:
                self._calls[request_id].append(call)

    def end(self, request_id: str) -> list[Call]:
        """Return the answers about a file, and record no more."""
        with self._lock:
            return self._calls.pop(request_id, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEngine(WrappedEngine):
    """An `Engine` whose answers about the files of trials are recorded."""

    files: RecordedFiles

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL, **others: Any) -> Reading:
        """Ask the engine; returns and raises what it does."""
        reading = self.engine.ask(picture, prompt, options=options, **others)
        width, height = picture.size
        sent = prompt if self.takes_prompts else ""
        self.files.note(options.request_id, Call(prompt=sent, width=width, height=height, reading=reading))
        return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReader(WrappedReader):
    """A `FileReader` that gives what the engine answered about the files of trials to `keep`."""

    files: RecordedFiles
    keep: KeepCalls

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        """Read a file; returns and raises what the reader does."""
        if not request.is_trial:
            return self.reader.read(data, request, show_page, keep_picture)
        self.files.begin(request.request_id)
        try:
            return self.reader.read(data, request, show_page, keep_picture)
        finally:
            self.keep(request.request_id, self.files.end(request.request_id))
