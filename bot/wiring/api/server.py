"""Uvicorn beside the background works of `ocrbot api`, in one event loop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from bot.api.app import build_app
from bot.api.page.page_parts import Visitors
from bot.api.parts import ApiParts
from bot.service.background import Background

_STOP_SECONDS = 10  # that open answers get to end
_KEEP_ALIVE_SECONDS = 75

_log = structlog.get_logger("ocrbot.api")


class _ApiServer(uvicorn.Server):
    """Uvicorn without its own handling of signals, which would end the process by the signal itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`."""
        yield


def server_of(parts: ApiParts, visitors: Visitors, listen: str) -> uvicorn.Server:
    """Return the server of the API and of the page at an address, host:port."""
    host, port = listen.rsplit(":", 1)
    return _ApiServer(
        uvicorn.Config(
            build_app(parts, visitors),
            host=host,
            port=int(port),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=_STOP_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
    )


async def serve(server: uvicorn.Server, background: Background) -> None:
    """Serve until SIGTERM or SIGINT, or until a background work raises `Misconfigured`, which is raised on."""

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    works = asyncio.create_task(background.run())
    works.add_done_callback(stop)
    _log.info("api started", listen=f"{server.config.host}:{server.config.port}")
    try:
        await server.serve()
    finally:
        works.cancel()
        (result,) = await asyncio.gather(works, return_exceptions=True)
    if isinstance(result, BaseExceptionGroup):
        raise next(iter(result.exceptions))
