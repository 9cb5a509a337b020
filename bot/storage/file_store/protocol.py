"""Where the bytes of files are kept: what is under a file's key in Redis stands for them."""

from dataclasses import dataclass
from typing import Protocol

from bot.storage.keys.tasks import FILE_SECONDS


class FileStore(Protocol):
    """Keeps the bytes of files. Safe to use from several threads and processes.

    What `put` returns is copied, renamed, expired and deleted in Redis like any value; it begins with the file's first
    four bytes.
    """

    def put(self, data: bytes, *, seconds: int = FILE_SECONDS) -> bytes:
        """Keep a file's bytes for at least so many seconds and return what stands for them.

        Raises `Unavailable` if there is no room for them.
        """
        ...

    def get(self, kept: bytes) -> bytes | None:
        """Return the bytes that `kept` stands for, None if they are gone.

        Raises `Unavailable` if they cannot be reached now, `Misconfigured` if this process is not told where they are.
        """
        ...

    def keep(self, kept: bytes, *, seconds: int) -> None:
        """Keep the bytes that `kept`, or its beginning, stands for so many seconds from now, if they are there."""
        ...

    def delete(self, kept: bytes) -> None:
        """Delete the bytes that `kept`, or its beginning, stands for; whoever deletes it in Redis may ask for this."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesUsage:
    """What is kept outside Redis after a sweep."""

    files: int
    bytes: int
    swept: int  # files that were deleted
    full: bool  # as much as may be kept, or hardly any room on the disk


class SweptFileStore(FileStore, Protocol):
    """A `FileStore` outside Redis, where nothing expires by itself."""

    def sweep(self) -> FilesUsage:
        """Delete what nothing in Redis can stand for any more.

        Raises `OSError` or `Unavailable` if that cannot be looked at now.
        """
        ...
