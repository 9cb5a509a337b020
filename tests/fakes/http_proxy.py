"""An HTTP proxy that asks for a password and counts what goes through: CONNECT, and requests in absolute form."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True, kw_only=True)
class HttpProxy:
    """`targets` counts by method and "host:port"; `refused` are the requests with a wrong password or none."""

    user: str = "clerk"
    password: str = "p@ss"
    port: int = 0
    targets: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: int = 0

    @property
    def url(self) -> str:
        """The address as it stands in the settings."""
        return f"http://{self.user}:{self.password.replace('@', '%40')}@127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["HttpProxy"]:
        """Serve on a free port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._pass_on(reader, writer)
        writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        token = base64.b64encode(f"{self.user}:{self.password}".encode())
        if b"proxy-authorization: basic " + token.lower() not in head.lower():
            self.refused += 1
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            await writer.drain()
            return
        host = target if method == "CONNECT" else urlsplit(target).netloc
        self.targets[method, host] += 1
        name, _, port = host.rpartition(":")
        from_server, to_server = await asyncio.open_connection(name, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"proxy-", b"connection:"))]
            path = target.removeprefix(f"http://{host}") or "/"
            lines[:1] = [f"{method} {path} HTTP/1.1".encode(), b"Connection: close"]
            to_server.write(b"\r\n".join(lines))
        await asyncio.wait(
            [asyncio.create_task(_copy(reader, to_server)), asyncio.create_task(_copy(from_server, writer))],
            return_when=asyncio.FIRST_COMPLETED if method == "CONNECT" else asyncio.ALL_COMPLETED,
        )
        to_server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
