"""Runs the stream and the background work of `ocrbot bot` until a signal stops them."""

import asyncio
import signal
from collections.abc import Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.dingtalk.stream import Stream
from bot.service.background import Background

_CLOCK_SECONDS: Final = 10.0  # between two looks at Redis' clock
_REDIS_SECONDS: Final = 2.0  # between two looks at whether Redis is back

_log = structlog.get_logger("ocrbot.bot")


async def serve(stream: Stream, background: Background) -> None:
    """Run `stream` until SIGTERM or SIGINT, then cancel the `background` work.

    If one of its works raises `Misconfigured`, the stream is stopped and the error raised.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stream.stop)
    works = asyncio.create_task(background.run())
    works.add_done_callback(lambda _: stream.stop())
    try:
        await stream.run()
    finally:
        works.cancel()
        (result,) = await asyncio.gather(works, return_exceptions=True)
    if isinstance(result, BaseExceptionGroup):
        raise next(iter(result.exceptions))


async def until_redis_answers(answers: Callable[[], bool]) -> None:
    """Return once `answers`; raises `Misconfigured` as it does."""
    while not await asyncio.to_thread(answers):
        _log.warning("redis is away, waiting for it", seconds=_REDIS_SECONDS)
        await asyncio.sleep(_REDIS_SECONDS)


async def keep_time(ask: Callable[[], None]) -> None:
    """Call `ask`, which asks Redis for its time, every few seconds; while Redis is away, keep trying."""
    while True:
        try:
            await asyncio.to_thread(ask)
        except RedisError as error:
            _log.warning("redis is away, its time is counted on", error=str(error))
        await asyncio.sleep(_CLOCK_SECONDS)
