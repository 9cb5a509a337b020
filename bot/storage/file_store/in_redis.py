"""Files in Redis itself: their bytes stand for themselves."""

import re
from typing import Final

from bot.domain.errors import Misconfigured
from bot.storage.keys import FILE_SECONDS

REFERENCE: Final = re.compile(rb".{0,4}\0ocrbot-file:([0-9a-f]{32})", re.DOTALL)
"""What stands for a file in a folder, with its name there; see `bot.storage.file_store.folder`."""


class FilesInRedis:
    """A `FileStore` that needs nothing but Redis."""

    def put(self, data: bytes, *, seconds: int = FILE_SECONDS) -> bytes:  # noqa: ARG002 - their key has a time to live
        """Return the bytes themselves."""
        return data

    def get(self, kept: bytes) -> bytes | None:
        """Return the bytes themselves; raises `Misconfigured` if another process has put them into a folder."""
        if REFERENCE.fullmatch(kept):
            raise Misconfigured("a file is in the folder of OCRBOT_FILES__FOLDER, which is not set for this process")
        return kept

    def keep(self, kept: bytes, *, seconds: int) -> None:
        """Do nothing: their key has a time to live."""

    def delete(self, kept: bytes) -> None:
        """Do nothing: they go with their key."""


FILES_IN_REDIS: Final = FilesInRedis()
