"""The engine and the reader of files with a meter, which takes down how long they take and what comes of it."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.document import Document, Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import OcrbotError, Refused
from workers.engines.base import EncodedPicture, Engine, PictureForm, profile_of_engine
from workers.readers.base import FileReader, FileRequest, KeepPicture, ShowPage, drop_picture


class Meter(Protocol):
    """Takes down what happens; `result` is a word, `seconds` how long it took. Safe to use from several threads."""

    def file_read(self, result: str, seconds: float) -> None:
        """Count a file: read, or why not."""

    def engine_asked(self) -> None:
        """Count a picture that goes to the engine."""

    def engine_answered(self, result: str, seconds: float) -> None:
        """Count the engine's answer to a picture: how it stopped, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredEngine:
    """An `Engine` whose answers are counted."""

    engine: Engine
    meter: Meter

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
class MeteredReader:
    """A `FileReader` whose files are counted."""

    reader: FileReader
    meter: Meter

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        return self.reader.engine_name

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

    def own_seconds(self, seconds: float) -> float:
        """Return what the reader does."""
        return self.reader.own_seconds(seconds)

    def warm_up(self) -> None:
        """Have the reader get ready."""
        self.reader.warm_up()

    def close(self) -> None:
        """End the reader's processes."""
        self.reader.close()


def _word_for(error: OcrbotError) -> str:
    """Return the slug of a refusal, for any other error the name of its kind."""
    return error.reason if isinstance(error, Refused) else type(error).__name__.lower()
