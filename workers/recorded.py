"""The engine and the reader of files with a record: what an engine answers about the files of trials is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from bot.domain.document import Document, Reading
from bot.domain.engine_profile import Profile
from bot.domain.trials import Call
from workers.engines.base import USUAL, AskOptions, EncodedPicture, Engine, PictureForm, profile_of_engine
from workers.readers.base import FileReader, FileRequest, KeepPicture, ShowPage, drop_picture

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
class RecordedEngine:
    """An `Engine` whose answers about the files of trials are recorded."""

    engine: Engine
    files: RecordedFiles

    @property
    def name(self) -> str:
        """The engine's own name."""
        return self.engine.name

    @property
    def takes_prompts(self) -> bool:
        """Whether the engine takes prompts."""
        return self.engine.takes_prompts

    def form(self) -> PictureForm:
        """Return the engine's form."""
        return self.engine.form()

    def profile(self) -> Profile | None:
        """Return the profile of the engine's model."""
        return profile_of_engine(self.engine)

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL, **others: Any) -> Reading:
        """Ask the engine; returns and raises what it does."""
        reading = self.engine.ask(picture, prompt, options=options, **others)
        width, height = picture.size
        sent = prompt if self.takes_prompts else ""
        self.files.note(options.request_id, Call(prompt=sent, width=width, height=height, reading=reading))
        return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReader:
    """A `FileReader` that gives what the engine answered about the files of trials to `keep`."""

    reader: FileReader
    files: RecordedFiles
    keep: KeepCalls

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        return self.reader.engine_name

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

    def own_seconds(self, seconds: float) -> float:
        """Return what the reader does."""
        return self.reader.own_seconds(seconds)

    def warm_up(self) -> None:
        """Have the reader get ready."""
        self.reader.warm_up()

    def close(self) -> None:
        """End the reader's processes."""
        self.reader.close()
