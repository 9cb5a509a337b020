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
from tests.chaos.cells import API, BOT, CLAIM, DOCUMENT, FETCH, READ, REPLY, UPLOAD, WEBHOOK, WORKER
from tests.chaos.clocks import Clocks
from tests.chaos.numbered_picture import number_in, picture
from tests.chaos.posting import ANSWER
from tests.chaos.sending import Programs, clients_toml
from tests.chaos.tcp_proxy import TcpProxy
from tests.e2e.deployment import SECRET, addresses_of, clean_environment, hunyuan_settings, unpaced
from tests.fakes.fake_script import ChatRequest, Script
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.replicated_redis import ReplicatedRedis, replicated_redis
from tests.fakes.webhook_receiver import WebhookReceiver, free_port, receiving

DOWNLOAD = "/v1.0/robot/messageFiles/download"
SENDS = ("/robot/sendBySession", "/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend")
TAKES = "204"  # how a webhook's receiver behaves that works
KEY = "sesame"
STEP_SECONDS = 0.5  # that a step takes while a fault is to meet it
_WARM_SECONDS = 120.0
_REDELIVERY = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0)
_WARM = 4_095
_READ = f"{ANSWER}第{{}}号"  # in the picture of a number


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
    programs: Programs  # of clients of the API, which is started where a cell needs it

    @contextmanager
    def slowed(self, step: str, seconds: float = STEP_SECONDS) -> Iterator[Callable[[], int]]:
        """Let a step take so long within the block, and yield how often it was begun.

        A message that is being sent has been sent by then, but the bot does not know it.
        """
        if step == CLAIM:
            yield _further(self.dingtalk.records.pushes)
        elif step == UPLOAD:
            self.programs.slow_seconds, before = seconds, self.programs.begun
            yield lambda: self.programs.begun - before
            self.programs.slow_seconds = 0.0
        elif step == WEBHOOK:
            receiver, before = self.programs.receiver, len(self.programs.receiver.requests())
            receiver.behave(f"late {seconds}")
            yield lambda: len(receiver.requests()) - before
            receiver.behave(TAKES)
        elif step in (READ, DOCUMENT):
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
async def staged(folder: Path, *, replicated: bool = False, documents: bool = False) -> AsyncIterator[Scene]:
    """Start everything below `folder`, and wait until it works.

    Redis has a replica and a Sentinel where that is wanted, and `ocrbot api` is started for `documents`.
    """
    redis = LocalRedis(directory=folder / "redis", server=_server_that_sees_a_full_disk(folder))
    clocks = Clocks(folder=folder / "clocks", names=(BOT, WORKER, API))
    limits, timing = Limits(api_calls_per_second=None), Timing(redelivery=_REDELIVERY)
    dingtalk = Lookalike(client_id="app", client_secret=SECRET, limits=limits, timing=timing)
    with (
        FakeVllm(key=KEY, slots=8, script=working) as engine,
        _replicas(folder, wanted=replicated) as replicas,
        receiving(folder / "receiver", TAKES) as receiver,
    ):
        to_redis = TcpProxy(connect=lambda: asyncio.open_unix_connection(str(redis.socket)))
        to_engine = TcpProxy(connect=lambda: asyncio.open_connection("127.0.0.1", engine.port))
        async with to_redis.serving(), to_engine.serving(), dingtalk:
            environment = {
                **clean_environment(folder),
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(f"http://127.0.0.1:{to_engine.port}", token=KEY, workers=4),
                **unpaced(),
                **clocks.environment(),
                **_with_api(folder, receiver),
                "OCRBOT_REDIS__URL": f"redis://127.0.0.1:{to_redis.port}",
                "OCRBOT_DINGTALK__DOWNLOAD_HOSTS": json.dumps([urlsplit(dingtalk.url).netloc]),
                **(_through_sentinel(replicas) if replicas is not None else {}),
            }
            names = (WORKER, BOT, *((API,) if documents else ()))
            address = environment["OCRBOT_API__LISTEN"]
            async with Processes(folder=folder, environment=environment, redis=redis, processes=names) as processes:
                scene = Scene(
                    dingtalk=dingtalk, processes=processes, redis=redis, replicas=replicas, engine=engine,
                    to_redis=to_redis, to_engine=to_engine, clocks=clocks,
                    programs=Programs(url=f"http://{address}", receiver=receiver, read=_READ),
                )  # fmt: skip
                await dingtalk.connected(timeout=_WARM_SECONDS)
                await scene.warm_up()
                if documents:
                    await scene.programs.until_ready(_WARM_SECONDS)
                yield scene


def _with_api(folder: Path, receiver: WebhookReceiver) -> dict[str, str]:
    """Return the settings of the API, and put its clients into a folder."""
    clients = folder / "clients"
    clients.mkdir()
    (clients / "clients.toml").write_text(clients_toml(receiver))
    return {
        "OCRBOT_API__LISTEN": f"127.0.0.1:{free_port()}",
        "OCRBOT_API__CLIENTS": str(clients),
        "OCRBOT_WEBHOOKS__INTERNAL": '["127.0.0.1"]',
    }


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


def working(request: ChatRequest) -> Script:
    """Answer as an engine does that works."""
    return _answer_after(STEP_SECONDS, request)


def _answer_after(seconds: float, request: ChatRequest) -> Script:
    return Script(text=_READ.format(number_in(request.picture)), first_after=seconds)


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
