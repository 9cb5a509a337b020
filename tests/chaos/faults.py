"""How each fault of the matrix comes about, and how it ends."""

import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import cast

from bot.lookalike import Fault
from tests.chaos.cells import (
    API,
    BOT,
    CLAIM,
    CLOCKS,
    DINGTALK,
    ENGINE,
    FAILOVER,
    FETCH,
    READER,
    RECEIVER,
    REDIS,
    WORKER,
    WORKERS,
    Cell,
)
from tests.chaos.scene import DOWNLOAD, SENDS, TAKES, Scene, failing, working
from tests.chaos.tcp_proxy import Mood, TcpProxy
from tests.fakes.processes import children, descendants, kill_all, readers

_SLOW_SECONDS = 2.0
_READER_SECONDS = 30.0
_MOODS = ("refuse", "hang", "slow")


async def suffer(scene: Scene, cell: Cell, seconds: float) -> None:
    """Let the fault of a cell happen; one that lasts ends after so many seconds."""
    if cell.shifts_time:
        scene.clocks.shift(cell.process, CLOCKS[cell.fault])
    elif cell.process in (API, BOT, WORKER, WORKERS, READER):
        await _hit(scene, cell, seconds)
    elif cell.process == REDIS:
        await _hit_redis(scene, cell.fault, seconds)
    elif cell.process == ENGINE:
        await _hit_engine(scene, cell.fault, seconds)
    elif cell.process == RECEIVER:
        await _hit_receiver(scene, cell.fault, seconds)
    elif cell.process == DINGTALK and cell.step == CLAIM:
        await _hit_stream(scene, cell.fault, seconds)
    else:
        async with _failing_calls(scene, (DOWNLOAD,) if cell.step == FETCH else SENDS, cell.fault, seconds):
            await asyncio.sleep(seconds)


async def _hit(scene: Scene, cell: Cell, seconds: float) -> None:
    """Signal a process of ocrbot."""
    top = scene.processes.pid(cell.process if cell.process in (API, BOT) else WORKER)
    if cell.process == READER:
        await _first_reader(top)
    if cell.fault == "freeze":
        async with _frozen(readers(top) if cell.process == READER else descendants(top)):
            await asyncio.sleep(seconds)
    elif cell.fault == "stop":
        os.kill(top, signal.SIGTERM)
    else:
        kill_all(_victims(cell.process, top))


def _victims(process: str, top: int) -> Sequence[int]:
    """Return the processes to kill below the one that was started, or this one."""
    match process:
        case "worker":
            return children(top)
        case "workers":
            return descendants(top)
        case "reader":
            return readers(top)
        case _:
            return [top]


async def _first_reader(worker: int) -> None:
    """Wait until the worker has a process that reads."""
    async with asyncio.timeout(_READER_SECONDS):
        while not readers(worker):  # noqa: ASYNC110 - processes do not call
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _frozen(victims: Sequence[int]) -> AsyncIterator[None]:
    try:
        _signal(victims, signal.SIGSTOP)
        yield
    finally:
        _signal(victims, signal.SIGCONT)


def _signal(victims: Iterable[int], number: signal.Signals) -> None:
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


async def _hit_redis(scene: Scene, fault: str, seconds: float) -> None:
    if fault == FAILOVER:
        await _fail_over(scene, seconds)
    elif fault in _MOODS:
        await _in_mood(scene.to_redis, fault, seconds)
    elif fault == "freeze":
        async with _frozen([scene.redis.pid]):
            await asyncio.sleep(seconds)
    elif fault == "full":
        async with _full_disk(scene):
            await asyncio.sleep(seconds)
    else:  # it is started again, with what is on the disk
        os.kill(scene.redis.pid, signal.SIGKILL if fault == "kill" else signal.SIGTERM)


async def _fail_over(scene: Scene, seconds: float) -> None:
    """Kill the master; after a while it is the replica of the new one."""
    servers = scene.replicas
    if servers is None:
        raise TypeError("this Redis has no replica")
    await asyncio.to_thread(servers.kill, servers.master)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(servers.start, servers.master, of=servers.replica)


@asynccontextmanager
async def _full_disk(scene: Scene) -> AsyncIterator[None]:
    """Let no file of Redis grow, as on a full disk."""
    files = (scene.redis.directory / "appendonlydir").glob("*.aof")
    size = max((file.stat().st_size for file in files), default=0)
    pid, unlimited = scene.redis.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


async def _hit_engine(scene: Scene, fault: str, seconds: float) -> None:
    if fault in _MOODS:
        await _in_mood(scene.to_engine, fault, seconds)
    elif fault == "kill":
        await asyncio.to_thread(scene.engine.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(scene.engine.start)
    else:
        scene.engine.script = failing
        await asyncio.sleep(seconds)
        scene.engine.script = working


async def _hit_receiver(scene: Scene, fault: str, seconds: float) -> None:
    """Let what receives webhooks die, or answer late or with an error."""
    receiver = scene.programs.receiver
    if fault == "kill":
        await asyncio.to_thread(receiver.kill)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(receiver.start)
    else:
        receiver.behave("hang" if fault == "hang" else "503")
        await asyncio.sleep(seconds)
        receiver.behave(TAKES)


async def _in_mood(proxy: TcpProxy, mood: str, seconds: float) -> None:
    async with proxy.in_mood(cast("Mood", mood)):
        await asyncio.sleep(seconds)


async def _hit_stream(scene: Scene, fault: str, seconds: float) -> None:
    """Disturb the sockets on which messages come."""
    if fault == "slow":  # DingTalk asks the bot to connect anew
        scene.dingtalk.disconnect()
        return
    if fault == "hang":
        scene.dingtalk.silence(stop_reading=True)
        await asyncio.sleep(seconds)
        scene.dingtalk.cut()
        return
    accept = scene.dingtalk.refuse_connections(503 if fault == "refuse" else 500)
    scene.dingtalk.cut()
    await asyncio.sleep(seconds)
    accept()


@asynccontextmanager
async def _failing_calls(scene: Scene, paths: Sequence[str], fault: str, seconds: float) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for path in paths:
            stack.callback(scene.dingtalk.faults.add(_call_fault(path, fault, seconds)))
        yield


def _call_fault(path: str, fault: str, seconds: float) -> Fault:
    match fault:
        case "refuse":
            return Fault(path=path, drop=True, times=None)
        case "lost":
            return Fault(path=path, drop=True, late=True, times=None)
        case "error":
            return Fault(path=path, status=503, body={"code": "ServiceUnavailable"}, times=None)
        case _:
            return Fault(path=path, delay=_SLOW_SECONDS if fault == "slow" else seconds, times=None)
