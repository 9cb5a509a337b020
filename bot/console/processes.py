"""Runs the processes of ocrbot on one machine and restarts each that ends, as compose does, for the demo and tests."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.console.local_redis import LocalRedis

PROCESSES = ("engine", "worker", "bot")
_RESTART_SECONDS = 0.5
_MISCONFIGURED = 2  # the exit code of a process that a restart cannot help
_STOP_SECONDS = 15.0


class Processes:
    """Runs `python -m bot NAME` for each name, and `redis` if it is given. Each logs to `folder/NAME.log`.

    A second process of a kind is named with a suffix, such as bot-2. `arguments` are those of the processes of a name.
    """

    def __init__(
        self,
        *,
        folder: Path,
        environment: Mapping[str, str],
        redis: LocalRedis | None = None,
        processes: Sequence[str] = PROCESSES,
        arguments: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._redis = redis
        self._names = tuple(processes)
        self._arguments = dict(arguments or {})
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._restarters: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        if self._redis is not None:
            await asyncio.to_thread(self._redis.start)
            self._restarters.append(asyncio.create_task(self._restart_redis_when_ended(self._redis)))
        for name in self._names:
            await self._start(name)
            self._restarters.append(asyncio.create_task(self._restart_when_ended(name)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for restarter in self._restarters:
            restarter.cancel()
        await asyncio.gather(*self._restarters, return_exceptions=True)
        await asyncio.gather(*(self._terminate(process) for process in self._running.values()))
        if self._redis is not None:
            await asyncio.to_thread(self._redis.stop)

    def log(self, name: str) -> Path:
        """Return the file that a process logs to."""
        return self._folder / f"{name}.log"

    def pid(self, name: str) -> int:
        """Return the id of the process that runs `name` now."""
        return self._running[name].pid

    def failed(self) -> str:
        """Return the name of a process that ended because of its settings and is not restarted; "" if none did."""
        return next((name for name, process in self._running.items() if process.returncode == _MISCONFIGURED), "")

    async def _start(self, name: str) -> None:
        with self.log(name).open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "--with-parent", name.partition("-")[0], *self._arguments.get(name, ()),
                env=self._environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    async def _restart_when_ended(self, name: str) -> None:
        while await self._running[name].wait() != _MISCONFIGURED:
            await asyncio.sleep(_RESTART_SECONDS)
            await self._start(name)

    async def _restart_redis_when_ended(self, redis: LocalRedis) -> None:
        while True:
            await asyncio.sleep(_RESTART_SECONDS)
            if redis.ended():
                await asyncio.to_thread(redis.start)

    async def _terminate(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
