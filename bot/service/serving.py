"""Runs the stream and the background work of `ocrbot bot` until a signal stops them."""

import asyncio
import signal
from collections.abc import Coroutine

from bot.dingtalk.stream import Stream


async def serve(stream: Stream, *background: Coroutine[None, None, None]) -> None:
    """Run `stream` until SIGTERM or SIGINT, then cancel the `background` work."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stream.stop)
    tasks = [asyncio.create_task(work) for work in background]
    try:
        await stream.run()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
