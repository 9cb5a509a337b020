"""Running the stream until the process is told to stop, with what runs beside it."""

import asyncio
import signal
from collections.abc import Coroutine

from bot.dingtalk.stream import Stream


async def serve(stream: Stream, *background: Coroutine[None, None, None]) -> None:
    """Run `stream` until SIGTERM or SIGINT, then cancel the `background` work."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stream.stop)
    tasks = [asyncio.create_task(one) for one in background]
    try:
        await stream.run()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
