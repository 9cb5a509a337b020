"""Keeps what is outside Redis of files small, and tells when there is no room for more."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.domain.errors import Unavailable
from bot.storage.file_store.protocol import FilesUsage

_SWEEP_SECONDS: Final = 30.0

_log = structlog.get_logger("ocrbot.files")


class FilesSweep:
    """Sweeps a folder or a bucket every half a minute; `sweep` deletes what is too old and says what is left."""

    def __init__(self, sweep: Callable[[], FilesUsage]) -> None:
        self._sweep = sweep
        self.full = False

    async def run(self) -> None:
        """Sweep until cancelled; what cannot be looked at counts as full."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(_SWEEP_SECONDS)

    def look(self) -> None:
        """Sweep once."""
        try:
            usage = self._sweep()
        except RedisError as error:
            _log.error("redis unavailable", error=str(error))
            return
        except (OSError, Unavailable) as error:
            _log.error("what is kept of files cannot be looked at", error=str(error))
            self.full = True
            return
        if usage.swept:
            _log.info("files swept away", swept=usage.swept, left=usage.files, bytes=usage.bytes)
        self.full = usage.full
