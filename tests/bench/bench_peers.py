"""Ours beside a plain bot that downloads, asks the engine and answers inside its handler. `make bench`.

Both get the same pictures from the same look-alike and use the same stand-in for an engine, which serves any number of
pictures at once. Everything runs on two cores, in turns. The pictures go to many groups: in a single one DingTalk takes
20 messages a minute, which would refuse the plain bot's, and ours lets answers share messages.
"""

import asyncio
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain import wire
from bot.domain.document import Box, Line, Reading
from bot.lookalike import Chat, Fault, Limits, Lookalike, Member, Timing
from tests.e2e.deployment import SECRET, addresses_of, clean_environment

SAMPLES = Path(__file__).parents[2] / "config" / "samples"
PHOTOS = tuple((SAMPLES / name).read_bytes() for name in ("invoice_photo.jpg", "whiteboard.jpg"))
WARM, AT_ONCE, BACKLOG, ACKS = 12, 20, 60, 20
ENGINE_SECONDS, DOWNLOAD_SECONDS, IDLE_SECONDS = 0.5, 0.3, 20.0
DOWNLOAD = "/v1.0/robot/messageFiles/download"
CORES, ROUNDS, GROUPS = 2, 2, 25
PEER = r"""
import asyncio, logging, sys
import aiohttp
import dingtalk_stream
from dingtalk_stream import AckMessage, ChatbotHandler, ChatbotMessage, Credential, DingTalkStreamClient

API, SECRET, ENGINE = sys.argv[1:]

class Reader(ChatbotHandler):
    http = token = None

    async def ask(self, method, url, **more):
        async with self.http.request(method, url, **more) as answer:
            return await answer.json()

    async def process(self, callback):
        self.http = self.http or aiohttp.ClientSession()
        message = ChatbotMessage.from_dict(callback.data)
        if self.token is None:
            body = {"appKey": "app", "appSecret": SECRET}
            self.token = (await self.ask("POST", f"{API}/v1.0/oauth2/accessToken", json=body))["accessToken"]
        texts = []
        for code in message.get_image_list() or []:
            found = await self.ask(
                "POST",
                f"{API}/v1.0/robot/messageFiles/download",
                json={"downloadCode": code, "robotCode": "app"},
                headers={"x-acs-dingtalk-access-token": self.token},
            )
            async with self.http.get(found["downloadUrl"]) as answer:
                data = await answer.read()
            read = await self.ask("POST", f"{ENGINE}/v1/read", data=data, headers={"Content-Type": "image/jpeg"})
            texts.append(read["body"]["text"])
        reply = {"msgtype": "markdown", "markdown": {"title": "text", "text": "\n".join(texts) or "?"}}
        await self.ask("POST", message.session_webhook, json=reply)
        return AckMessage.STATUS_OK, "OK"

logging.disable(logging.CRITICAL)
client = DingTalkStreamClient(Credential("app", SECRET))
client.register_callback_handler(ChatbotMessage.TOPIC, Reader())
client.start_forever()
"""


class EngineStandIn:
    """The service of the CPU engine with one answer for every picture, given after `seconds`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.url = ""
        lines = tuple(
            Line(
                text=f"第 {row} 行 内容",
                box=Box(left=20, top=40 * row, right=400, bottom=40 * row + 30),
                confidence=0.99,
            )
            for row in range(20)
        )
        text = "\n".join(line.text for line in lines)
        self._answer = wire.encode(Reading(text=text, lines=lines, seconds=0.0))

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def read(self, request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(self.seconds)
        return web.Response(body=self._answer, content_type="application/json")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/read", self.read)
        app.router.add_get("/health", self.health)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()


Bot = Callable[[Lookalike, EngineStandIn], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def peer(dingtalk: Lookalike, engine: EngineStandIn) -> AsyncIterator[None]:
    environment = {**os.environ, "DINGTALK_OPENAPI_ENDPOINT": dingtalk.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PEER, dingtalk.url, SECRET, engine.url, env=environment
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def ocrbot(dingtalk: Lookalike, engine: EngineStandIn) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        redis = LocalRedis(directory=folder / "redis")
        environment = clean_environment(folder) | addresses_of(dingtalk, redis)
        environment["OCRBOT_ENGINE__URLS"] = f'["{engine.url}"]'
        async with Processes(folder=folder, environment=environment, redis=redis, processes=("worker", "bot")):
            yield


def descendants() -> set[int]:
    """Return the processes that this one started, and those that they started."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found, before = {os.getpid()}, 0
    while len(found) > before:
        before = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {os.getpid()}


def cpu_seconds() -> float:
    """Return the processor time of the descendants and of their children that have ended."""
    ticks = 0
    for pid in descendants():
        try:
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """Return what the descendants have in memory; what they share is counted once."""
    kilobytes = 0
    for pid in descendants():
        try:
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return kilobytes / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one bot did."""

    burst_seconds: float
    photos_a_second: float
    cpu_ms_a_photo: float
    idle_mb: float
    idle_cpu_percent: float
    ack_ms: float


async def answered(dingtalk: Lookalike, groups: list[Chat], member: Member, photos: int) -> float:
    """Post photos that all differ and return the seconds until each is answered."""

    def answers() -> int:
        return sum(len(group.replies) for group in groups)

    before = answers()
    started = time.perf_counter()
    for number in range(photos):
        groups[number % GROUPS].show(member, PHOTOS[number % len(PHOTOS)] + secrets.token_bytes(8))
    await dingtalk.until(lambda: answers() >= before + photos, timeout=600)
    return time.perf_counter() - started


async def median_ack(dingtalk: Lookalike, groups: list[Chat], member: Member) -> float:
    """Return the median of the seconds from a frame to its ack, one picture at a time."""
    slow = Fault(path=DOWNLOAD, delay=DOWNLOAD_SECONDS, times=None)
    remove = dingtalk.faults.add(slow)
    pushed, acked = len(dingtalk.records.pushes), len(dingtalk.records.acks)
    for number in range(ACKS):
        await answered(dingtalk, groups[number:] + groups[:number], member, 1)
    await dingtalk.until(lambda: len(dingtalk.records.acks) >= acked + ACKS, timeout=60)
    remove()
    starts = {push.frame_id: push.monotonic for push in dingtalk.records.pushes[pushed:]}
    acks = dingtalk.records.acks[acked:]
    return statistics.median(ack.monotonic - starts[ack.frame_id] for ack in acks if ack.frame_id in starts)


async def measured(bot: Bot) -> Measured:
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    engine, timing = EngineStandIn(), Timing(redelivery=(3600.0,))
    async with (
        Lookalike(client_id="app", client_secret=SECRET, limits=lifted, timing=timing) as dingtalk,
        engine.serving(),
        bot(dingtalk, engine),
    ):
        await dingtalk.connected(1, timeout=120)
        groups = [dingtalk.group(f"财务群{number}") for number in range(GROUPS)]
        member = dingtalk.member("张三")
        await answered(dingtalk, groups, member, WARM)
        engine.seconds = ENGINE_SECONDS
        burst = await answered(dingtalk, groups, member, AT_ONCE)
        engine.seconds = 0.0
        before = cpu_seconds()
        backlog = await answered(dingtalk, groups, member, BACKLOG)
        spent = cpu_seconds() - before
        ack = await median_ack(dingtalk, groups, member)
        await asyncio.sleep(IDLE_SECONDS)  # what has grown for the work becomes small again
        before = cpu_seconds()
        await asyncio.sleep(IDLE_SECONDS)
        return Measured(
            burst_seconds=burst,
            photos_a_second=BACKLOG / backlog,
            cpu_ms_a_photo=1000 * spent / BACKLOG,
            idle_mb=memory_mb(),
            idle_cpu_percent=100 * (cpu_seconds() - before) / IDLE_SECONDS,
            ack_ms=1000 * ack,
        )


def report(pairs: Sequence[tuple[Measured, Measured]]) -> None:
    """Print both and their ratio, but of the CPU while idle, where the plain bot takes next to nothing."""
    idle = "CPU idle, % of a core"
    rows: Sequence[tuple[str, Callable[[Measured], float], str]] = (
        (f"{AT_ONCE} pictures at once, s", lambda of: of.burst_seconds, "ratio at most 1.1"),
        ("photos a second, instant engine", lambda of: of.photos_a_second, "ocrbot at least 16"),
        ("CPU a photo, ms", lambda of: of.cpu_ms_a_photo, "ocrbot at most 60"),
        ("memory idle, MB", lambda of: of.idle_mb, "ocrbot at most 150"),
        (idle, lambda of: of.idle_cpu_percent, "ocrbot at most 0.3"),
        (f"ack with a download of {DOWNLOAD_SECONDS:g} s, ms", lambda of: of.ack_ms, "ratio at most 0.05"),
    )
    print(f"{'':36} {'ocrbot':>9} {'plain bot':>9} {'ratio':>7}  aim (medians of {len(pairs)})")
    for name, value, aim in rows:
        our, their = (statistics.median(map(value, column)) for column in zip(*pairs, strict=True))
        ratios = [value(ours) / value(theirs) for ours, theirs in pairs] if name != idle else []
        ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
        print(f"{name:36} {our:9.2f} {their:9.2f} {ratio:>7}  {aim}")


def measure() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    report([(asyncio.run(measured(ocrbot)), asyncio.run(measured(peer))) for _ in range(ROUNDS)])


if __name__ == "__main__":
    measure()
