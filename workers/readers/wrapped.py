"""What a reader of files passes on unchanged where something is done around what it reads."""

from dataclasses import dataclass

from workers.readers.base import FileReader


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedReader:
    """All of a `FileReader` but `read`, which a kind of it writes around that of `reader`."""

    reader: FileReader

    @property
    def engine_name(self) -> str:
        """The name of the engine that reads pictures."""
        return self.reader.engine_name

    def own_seconds(self, seconds: float) -> float:
        """Return what the reader does."""
        return self.reader.own_seconds(seconds)

    def warm_up(self) -> None:
        """Have the reader get ready."""
        self.reader.warm_up()

    def close(self) -> None:
        """End the reader's processes."""
        self.reader.close()
