"""Keeps the folder of files small, and tells when it has no room."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from bot.storage.file_store.folder import FolderUsage

_SWEEP_SECONDS: Final = 30.0

_log = structlog.get_logger("ocrbot.files")


class FolderSweep:
    """Sweeps the folder every half a minute; `sweep` removes what is too old and says what is left."""

    def __init__(self, sweep: Callable[[], FolderUsage]) -> None:
        self._sweep = sweep
        self.full = False

    async def run(self) -> None:
        """Sweep until cancelled; a folder that cannot be looked at counts as full."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(_SWEEP_SECONDS)

    def look(self) -> None:
        """Sweep once."""
        try:
            usage = self._sweep()
        except OSError as error:
            _log.error("the folder of files cannot be looked at", error=error.strerror)
            self.full = True
            return
        if usage.swept:
            _log.info("files swept away", swept=usage.swept, left=usage.files, bytes=usage.bytes)
        self.full = usage.full
