"""Runs the stream and the background work of `ocrbot bot` until a signal stops them."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Final

import structlog

from bot.dingtalk.stream import Stream
from bot.domain.errors import Misconfigured

_REDIS_SECONDS: Final = 2.0  # between two looks at whether Redis is back

_log = structlog.get_logger("ocrbot.bot")


async def serve(stream: Stream, *background: Coroutine[None, None, None]) -> None:
    """Run `stream` until SIGTERM or SIGINT, then cancel the `background` work.

    If one of the `background` works raises `Misconfigured`, the stream is stopped and the error raised.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stream.stop)
    tasks = [asyncio.create_task(work) for work in background]
    for task in tasks:
        task.add_done_callback(partial(_stop_if_misconfigured, stream))
    try:
        await stream.run()
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Misconfigured):
            raise result


def _stop_if_misconfigured(stream: Stream, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and isinstance(task.exception(), Misconfigured):
        stream.stop()


async def until_redis_answers(answers: Callable[[], bool]) -> None:
    """Return once `answers`; raises `Misconfigured` as it does."""
    while not await asyncio.to_thread(answers):
        _log.warning("redis is away, waiting for it", seconds=_REDIS_SECONDS)
        await asyncio.sleep(_REDIS_SECONDS)
