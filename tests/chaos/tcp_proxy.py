"""A proxy for connections that refuses, hangs or slows them on request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Mood = Literal["", "refuse", "hang", "slow"]
_SLOW_SECONDS = 0.2  # for each piece of data
_LOOK_SECONDS = 0.05


@dataclass(slots=True, kw_only=True)
class TcpProxy:
    """Passes connections on to what `connect` opens; `mood` applies to open connections too."""

    connect: Callable[[], Awaitable[Streams]]
    port: int = 0
    mood: Mood = ""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["TcpProxy"]:
        """Serve on a free port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._cut()

    @asynccontextmanager
    async def in_mood(self, mood: Mood) -> AsyncIterator[None]:
        """Behave so within the block; to refuse also cuts what is open."""
        self.mood = mood
        if mood == "refuse":
            self._cut()
        try:
            yield
        finally:
            self.mood = ""

    def _cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(OSError):
                await self._pass_on(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mood == "refuse":
            writer.transport.abort()
            return
        await self._while_hanging()
        from_server, to_server = await self.connect()
        copies = [
            asyncio.create_task(self._copy(reader, to_server)),
            asyncio.create_task(self._copy(from_server, writer)),
        ]
        try:
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for copy in copies:
                copy.cancel()
            to_server.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                await self._while_hanging()
                if self.mood == "slow":
                    await asyncio.sleep(_SLOW_SECONDS)
                writer.write(data)
                await writer.drain()

    async def _while_hanging(self) -> None:
        while self.mood == "hang":  # noqa: ASYNC110 - the end of a mood is no event
            await asyncio.sleep(_LOOK_SECONDS)
