"""When the last frame came from DingTalk: a socket can answer pings and deliver nothing."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

_NOTE_SECONDS: Final = 60.0  # between two notes

_log = structlog.get_logger("ocrbot.bot")


class Frames:
    """Keeps the time of the last frame in this process, `at` in Unix seconds, and notes it once a minute at most."""

    def __init__(self, note: Callable[[float], None], clock: Callable[[], float]) -> None:
        self.at = 0.0
        self._note = note
        self._clock = clock
        self._came = asyncio.Event()

    def came(self) -> None:
        """Take note of a frame."""
        self.at = self._clock()
        self._came.set()

    async def run(self) -> None:
        """Note the time of frames until cancelled; while Redis is down, keep trying."""
        while True:
            await self._came.wait()
            self._came.clear()
            try:
                await asyncio.to_thread(self._note, self.at)
            except RedisError as error:
                _log.warning("the last frame is not noted", error=str(error))
            await asyncio.sleep(_NOTE_SECONDS)
