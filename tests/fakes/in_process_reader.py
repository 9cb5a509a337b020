"""A reader of files in the test's own process, with the test's engine."""

from dataclasses import dataclass

from bot.domain.document import Document
from workers.engines.base import Engine
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture
from workers.reading.document import ReadRequest, read_document


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcessReader:
    """Reads each file with `engine` as a reader process does."""

    engine: Engine

    @property
    def engine_name(self) -> str:
        return self.engine.name

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        read = ReadRequest(
            file=identify(data),
            prompt=request.prompt,
            candidates=request.candidates,
            today=request.today,
            companies=request.companies,
            window=PageWindow(first=request.first_page, most=request.most_pages),
            request_id=request.request_id,
        )
        return read_document(
            read, self.engine, on_page=show_page, on_picture=keep_picture if request.pictures else None
        )

    def own_seconds(self, seconds: float) -> float:
        return seconds

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        pass
