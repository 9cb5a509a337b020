"""The clients of now: a changed file takes effect within seconds, a bad one is told and not used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from bot.config.clients.clients_file import load_clients, read_clients_file
from bot.config.clients.clients_toml import FILE
from bot.domain.requests.client import Client

_POLL_SECONDS: Final = 2.0

_log = structlog.get_logger("ocrbot.reload")


class LiveClients:
    """Holds the clients of the last good file of a folder and follows its changes.

    `count` gets the result of each change: "taken" or "refused".
    """

    def __init__(self, directory: Path, count: Callable[[str], None] = lambda _result: None) -> None:
        """Read the file; raises `Misconfigured` if it cannot be used."""
        self._directory = directory
        self._count = count
        self._stamp = self._stamp_of_file()
        self._clients = load_clients(directory)

    def current(self) -> tuple[Client, ...]:
        """Return the clients for the next request."""
        return self._clients

    async def run(self) -> None:
        """Follow changes until cancelled."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await asyncio.to_thread(self.poll)

    def poll(self) -> None:
        """Take a changed file if it is good; otherwise the clients stay as they were."""
        stamp = self._stamp_of_file()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        clients, problems = read_clients_file(self._directory)
        for problem in problems:
            _log.error("clients refused", problem=str(problem))
        if not problems:
            _log.info("clients taken", clients=len(clients))
            self._clients = clients
        self._count("refused" if problems else "taken")

    def _stamp_of_file(self) -> tuple[int, int, int]:
        try:
            stat = (self._directory / FILE).stat()
        except OSError:
            return (0, 0, 0)
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
