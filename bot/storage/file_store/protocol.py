"""Where the bytes of files are kept: what is under a file's key in Redis stands for them."""

from typing import Protocol


class FileStore(Protocol):
    """Keeps the bytes of files. Safe to use from several threads and processes.

    What `put` returns is copied, renamed, expired and deleted in Redis like any value; it begins with the file's first
    four bytes.
    """

    def put(self, data: bytes) -> bytes:
        """Keep a file's bytes and return what stands for them; raises `Unavailable` if there is no room for them."""
        ...

    def get(self, kept: bytes) -> bytes | None:
        """Return the bytes that `kept` stands for, None if they are gone.

        Raises `Unavailable` if they cannot be reached now, `Misconfigured` if this process is not told where they are.
        """
        ...
