"""The reader of a worker that takes no files to read, because other workers do."""

from dataclasses import dataclass

from bot.domain.document import Document
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderElsewhere:
    """A `FileReader` that knows the engine's name, under which results are looked up, and starts no process."""

    engine_name: str

    def read(
        self,
        data: bytes,  # noqa: ARG002 - the protocol's
        request: FileRequest,  # noqa: ARG002
        show_page: ShowPage,  # noqa: ARG002
        keep_picture: KeepPicture = drop_picture,  # noqa: ARG002
    ) -> Document:
        """Raise `TypeError`: a worker without the queue `read` gets no such job."""
        raise TypeError("a worker that reads nothing was given a file")

    def own_seconds(self, seconds: float) -> float:
        """Return all of them."""
        return seconds

    def warm_up(self) -> None:
        """Do nothing: the readers are in other workers."""

    def close(self) -> None:
        """Do nothing: there is no process to end."""
