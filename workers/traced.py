"""The engine and the reader of files with a trace, in which each file and each picture is a piece of work."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.document import Document, Reading
from bot.tracing import Span, Tracing
from workers.engines.base import USUAL, AskOptions, EncodedPicture
from workers.engines.wrapped import WrappedEngine
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.readers.wrapped import WrappedReader


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedFiles:
    """The files that are being read, by their request ids: an engine is asked from other threads."""

    tracing: Tracing
    spans: dict[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEngine(WrappedEngine):
    """An `Engine` whose answers are parts of the files they are for."""

    files: TracedFiles

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL, **others: Any) -> Reading:
        """Ask the engine; returns and raises what it does."""
        with self.files.tracing.part("engine", of=self.files.spans.get(options.request_id)) as span:
            width, height = picture.size
            span.note(bytes=len(picture.data), width=width, height=height)
            reading = self.engine.ask(picture, prompt, options=options, **others)
            span.note(result=reading.stop.value, lines=len(reading.lines), tokens=reading.tokens)
            return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedReader(WrappedReader):
    """A `FileReader` whose files are parts of their steps."""

    files: TracedFiles

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        """Read a file; returns and raises what the reader does."""
        with self.files.tracing.part("file") as span:
            span.note(bytes=len(data))
            self.files.spans[request.request_id] = span
            try:
                document = self.reader.read(data, request, show_page, keep_picture)
            finally:
                self.files.spans.pop(request.request_id, None)
            span.note(pages=document.pages, engine=document.engine)
            return document
