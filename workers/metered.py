"""The engine and the reader of files with a meter, which takes down how long they take and what comes of it."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.document import Document, Reading
from bot.domain.errors import OcrbotError, Refused
from workers.engines.base import EncodedPicture
from workers.engines.wrapped import WrappedEngine
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.readers.wrapped import WrappedReader


class Meter(Protocol):
    """Takes down what happens; `result` is a word, `seconds` how long it took. Safe to use from several threads."""

    def file_read(self, result: str, seconds: float) -> None:
        """Count a file: read, or why not."""

    def engine_asked(self) -> None:
        """Count a picture that goes to the engine."""

    def engine_answered(self, result: str, seconds: float) -> None:
        """Count the engine's answer to a picture: how it stopped, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredEngine(WrappedEngine):
    """An `Engine` whose answers are counted."""

    meter: Meter

    def ask(self, picture: EncodedPicture, prompt: str, **options: Any) -> Reading:
        """Ask the engine; returns and raises what it does."""
        began = time.monotonic()
        self.meter.engine_asked()
        result = "failed"
        try:
            reading = self.engine.ask(picture, prompt, **options)
            result = reading.stop.value
        except OcrbotError as error:
            result = _word_for(error)
            raise
        finally:
            self.meter.engine_answered(result, time.monotonic() - began)
        return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredReader(WrappedReader):
    """A `FileReader` whose files are counted."""

    meter: Meter

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        """Read a file; returns and raises what the reader does."""
        began = time.monotonic()
        result = "failed"
        try:
            document = self.reader.read(data, request, show_page, keep_picture)
            result = "read"
        except OcrbotError as error:
            result = _word_for(error)
            raise
        finally:
            self.meter.file_read(result, time.monotonic() - began)
        return document


def _word_for(error: OcrbotError) -> str:
    """Return the slug of a refusal, for any other error the name of its kind."""
    return error.reason if isinstance(error, Refused) else type(error).__name__.lower()
