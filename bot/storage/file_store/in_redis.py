"""Files in Redis itself: their bytes stand for themselves."""

from typing import Final

from bot.domain.errors import Misconfigured
from bot.storage.file_store.references import setting_of
from bot.storage.keys.tasks import FILE_SECONDS


class FilesInRedis:
    """A `FileStore` that needs nothing but Redis."""

    def put(self, data: bytes, *, seconds: int = FILE_SECONDS) -> bytes:  # noqa: ARG002 - their key has a time to live
        """Return the bytes themselves."""
        return data

    def get(self, kept: bytes) -> bytes | None:
        """Return the bytes themselves; raises `Misconfigured` if another process has put them elsewhere."""
        if (setting := setting_of(kept)) is not None:
            raise Misconfigured(f"a file is where {setting} says, which is not set for this process")
        return kept

    def keep(self, kept: bytes, *, seconds: int) -> None:
        """Do nothing: their key has a time to live."""

    def delete(self, kept: bytes) -> None:
        """Do nothing: they go with their key."""


FILES_IN_REDIS: Final = FilesInRedis()
