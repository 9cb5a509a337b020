"""A deployment in which every process and every connection can be made to fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sized
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.console.local_redis import LocalRedis, find_server
from bot.console.processes import Processes
from bot.lookalike import Fault, Limits, Lookalike, Timing
from tests.chaos.cells import CLAIM, FETCH, READ, REPLY
from tests.chaos.clocks import Clocks
from tests.chaos.posting import ANSWER, picture
from tests.chaos.tcp_proxy import TcpProxy
from tests.e2e.deployment import SECRET, addresses_of, clean_environment, hunyuan_settings, unpaced
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.replicated_redis import ReplicatedRedis, replicated_redis

DOWNLOAD = "/v1.0/robot/messageFiles/download"
SENDS = ("/robot/sendBySession", "/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend")
KEY = "sesame"
STEP_SECONDS = 0.5  # that a step takes while a fault is to meet it
_WARM_SECONDS = 120.0
_REDELIVERY = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0)
_WARM = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The look-alike, Redis and the engine with a proxy before each of the two, and the processes of ocrbot."""

    dingtalk: Lookalike
    processes: Processes
    redis: LocalRedis
    replicas: ReplicatedRedis | None  # in its place, for a failover
    engine: FakeVllm
    to_redis: TcpProxy
    to_engine: TcpProxy
    clocks: Clocks

    @contextmanager
    def slowed(self, step: str, seconds: float = STEP_SECONDS) -> Iterator[Callable[[], int]]:
        """Let a step take so long within the block, and yield how often it was begun.

        A message that is being sent has been sent by then, but the bot does not know it.
        """
        if step == CLAIM:
            yield _further(self.dingtalk.records.pushes)
        elif step == READ:
            self.engine.script = partial(_answer_after, seconds)
            yield _further(self.engine.asked)
            self.engine.script = working
        else:
            paths = (DOWNLOAD,) if step == FETCH else SENDS
            faults = [Fault(path=path, delay=seconds, times=None, late=step == REPLY) for path in paths]
            removals = [self.dingtalk.faults.add(fault) for fault in faults]
            yield lambda: sum(fault.calls for fault in faults)
            for remove in removals:
                remove()

    async def warm_up(self) -> None:
        """Wait until a picture is answered: the processes are up and the engine is proven."""
        member = self.dingtalk.member("试机")
        chat = self.dingtalk.single(member)
        chat.show(member, picture(_WARM))
        await self.dingtalk.next_reply(chat, timeout=_WARM_SECONDS)


@asynccontextmanager
async def staged(folder: Path, *, replicated: bool = False) -> AsyncIterator[Scene]:
    """Start everything below `folder`, with a replica and a Sentinel where wanted, and wait until it works."""
    redis = LocalRedis(directory=folder / "redis", server=_server_that_sees_a_full_disk(folder))
    clocks = Clocks(folder=folder / "clocks", names=("bot", "worker"))
    limits, timing = Limits(api_calls_per_second=None), Timing(redelivery=_REDELIVERY)
    dingtalk = Lookalike(client_id="app", client_secret=SECRET, limits=limits, timing=timing)
    with FakeVllm(key=KEY, slots=8, script=working) as engine, _replicas(folder, wanted=replicated) as replicas:
        to_redis = TcpProxy(connect=lambda: asyncio.open_unix_connection(str(redis.socket)))
        to_engine = TcpProxy(connect=lambda: asyncio.open_connection("127.0.0.1", engine.port))
        async with to_redis.serving(), to_engine.serving(), dingtalk:
            environment = {
                **clean_environment(folder),
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(f"http://127.0.0.1:{to_engine.port}", token=KEY, workers=4),
                **unpaced(),
                **clocks.environment(),
                "OCRBOT_REDIS__URL": f"redis://127.0.0.1:{to_redis.port}",
                "OCRBOT_DINGTALK__DOWNLOAD_HOSTS": json.dumps([urlsplit(dingtalk.url).netloc]),
                **(_through_sentinel(replicas) if replicas is not None else {}),
            }
            names = ("worker", "bot")
            async with Processes(folder=folder, environment=environment, redis=redis, processes=names) as processes:
                scene = Scene(
                    dingtalk=dingtalk, processes=processes, redis=redis, replicas=replicas, engine=engine,
                    to_redis=to_redis, to_engine=to_engine, clocks=clocks,
                )  # fmt: skip
                await dingtalk.connected(timeout=_WARM_SECONDS)
                await scene.warm_up()
                yield scene


@contextmanager
def _replicas(folder: Path, *, wanted: bool) -> Iterator[ReplicatedRedis | None]:
    if not wanted:
        yield None
        return
    with replicated_redis(folder) as replicas:
        yield replicas


def _through_sentinel(replicas: ReplicatedRedis) -> dict[str, str]:
    """Return the settings with which all find the master, and a message is acked once the replica has it."""
    return {
        "OCRBOT_REDIS__URL": "redis://sentinel/0",
        "OCRBOT_REDIS__SENTINELS": ",".join(f"127.0.0.1:{port}" for port in replicas.sentinel_ports),
        "OCRBOT_REDIS__SENTINEL_MASTER": replicas.addresses.master,
        "OCRBOT_REDIS__WAIT_FOR": "1",
    }


def working(_: object) -> Script:
    """Answer as an engine does that works."""
    return _answer_after(STEP_SECONDS, _)


def _answer_after(seconds: float, _: object) -> Script:
    return Script(text=ANSWER, first_after=seconds)


def _further(records: Sized) -> Callable[[], int]:
    """Return how many records are added from now on."""
    before = len(records)
    return lambda: len(records) - before


def failing(_: object) -> Script:
    """Answer as an engine does that fails."""
    return Script(status=503)


def _server_that_sees_a_full_disk(folder: Path) -> str:
    """Return a Redis that gets an error when it writes beyond its limit, as of a full disk, and is not killed by it."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "redis-server"
    script.write_text(f"#!/bin/sh\ntrap '' XFSZ\nexec '{find_server()}' \"$@\"\n")
    script.chmod(0o755)
    return str(script)
