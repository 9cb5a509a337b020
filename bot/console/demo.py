"""`ocrbot demo`: all processes on this machine, with the look-alike instead of DingTalk."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.config.settings import Settings
from bot.console.listening import require_free
from bot.console.local_redis import LocalRedis
from bot.console.printing import print_line
from bot.console.processes import PROCESSES, Processes
from bot.domain import texts
from bot.domain.errors import Misconfigured
from bot.domain.task import task_id
from bot.lookalike import Control, Entry, Lookalike, Picture

_READY_SECONDS = 120.0
_ANSWER_SECONDS = 300.0  # for everything posted, on a slow laptop
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".heic"})


async def run(settings: Settings, *, files: Sequence[Path], once: bool) -> int:
    """Start all processes, post the pictures and print the conversation.

    With `once`, return 0 once everything is answered, or 1 if something is not. Otherwise run until interrupted.
    """
    pictures = _pictures_to_post(settings, files)
    if "listen" in settings.engine.model_fields_set:
        require_free(settings.engine.listen, "OCRBOT_ENGINE__LISTEN")
    if "listen" in settings.api.model_fields_set:
        require_free(settings.api.listen, "OCRBOT_API__LISTEN")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    demo = asyncio.create_task(_run_demo(settings, pictures, once=once))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([demo, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if demo.done():
        return demo.result()
    demo.cancel()
    await asyncio.gather(demo, return_exceptions=True)
    return 1 if once else 0


async def _run_demo(settings: Settings, pictures: Sequence[Path], *, once: bool) -> int:
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ocrbot-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        secret = secrets.token_hex(16)
        dingtalk = Lookalike(client_id="demo", client_secret=secret)
        dingtalk.serve(Control(dingtalk).routes())  # its page, where a person may post more
        await stack.enter_async_context(dingtalk)
        redis = None if settings.redis.url else LocalRedis(directory=folder / "redis")
        environment = _environment(settings, dingtalk.url, secret, redis.url if redis else settings.redis.url)
        print_line(texts.terminal.demo_starting(redis.server if redis else settings.redis.url, str(folder)))
        complete = {**os.environ, **environment}
        processes = Processes(folder=folder, environment=complete, redis=redis, processes=(*PROCESSES, "api"))
        await stack.enter_async_context(processes)
        engine, api = environment["OCRBOT_ENGINE__LISTEN"], environment["OCRBOT_API__LISTEN"]
        await _wait_until_ready(processes, dingtalk, f"http://{engine}/health", f"http://{api}/v1/health/live")
        print_line(texts.terminal.demo_api(f"http://{api}", str(pictures[0])))
        conversation = _Conversation(dingtalk)
        for number, picture in enumerate(pictures):
            post = conversation.post_and_quote if number % 2 else conversation.post
            post(picture)
        answered = await conversation.answered()
        if once:
            return 0 if answered else 1
        print_line(texts.terminal.demo_waiting(dingtalk.url))
        await asyncio.Event().wait()
        return 0


class _Conversation:
    """A group in which a member posts pictures and the bot answers; each message is printed as it arrives."""

    def __init__(self, dingtalk: Lookalike) -> None:
        self._dingtalk = dingtalk
        self._group = dingtalk.group(texts.terminal.DEMO_GROUP)
        self._member = dingtalk.member(texts.terminal.DEMO_MEMBER)
        self._open: dict[str, tuple[str, float]] = {}  # by task id: the file's name and when it was posted (monotonic)
        dingtalk.records.subscribe(self._print_entry)

    def post(self, picture: Path) -> None:
        """Post a picture with an @ of the bot."""
        question = self._group.show(self._member, picture.read_bytes())
        self._open[task_id(question.message_id)] = picture.name, time.monotonic()
        print_line(
            texts.terminal.demo_question(self._group.conversation.title, self._member.nick, picture.name, quoted=False)
        )

    def post_and_quote(self, picture: Path) -> None:
        """Post a picture without an @, then quote it with an @: the other way to ask in a group."""
        posted = self._group.chatter(self._member, Picture(picture.read_bytes()))
        question = self._group.quote(self._member, posted)
        self._open[task_id(question.message_id)] = picture.name, time.monotonic()
        print_line(
            texts.terminal.demo_question(self._group.conversation.title, self._member.nick, picture.name, quoted=True)
        )

    async def answered(self) -> bool:
        """Wait until everything posted is answered; return False if that takes too long."""
        try:
            await self._dingtalk.until(lambda: not self._open, timeout=_ANSWER_SECONDS)
        except TimeoutError:
            print_line(texts.terminal.demo_unanswered([name for name, _ in self._open.values()]))
        return not self._open

    def _print_entry(self, entry: Entry) -> None:
        if not entry.from_bot or entry.conversation != self._group.id:
            return
        # The last part of an answer contains its task's id, however it was sent; several answers may share a message.
        answered = [self._open.pop(task) for task in list(self._open) if task in entry.text]
        name = "、".join(name for name, _ in answered)
        seconds = max((time.monotonic() - posted_at for _, posted_at in answered), default=0.0)
        print_line(texts.terminal.demo_reply(name, seconds, entry.text))


async def _wait_until_ready(processes: Processes, dingtalk: Lookalike, *addresses: str) -> None:
    """Wait until all addresses answer and the bot is connected; raises `Misconfigured` if that does not happen."""
    deadline = time.monotonic() + _READY_SECONDS
    async with httpx.AsyncClient(trust_env=False) as http:
        while not (await _are_healthy(http, addresses) and dingtalk.hub.connections):
            if (name := processes.failed()) or time.monotonic() > deadline:
                log = processes.log(name or "engine")
                raise Misconfigured(f"the demo did not start: {log.read_text(errors='replace')[-500:].strip()}")
            await asyncio.sleep(0.1)


async def _are_healthy(http: httpx.AsyncClient, addresses: Sequence[str]) -> bool:
    try:
        return all([(await http.get(address)).is_success for address in addresses])
    except httpx.TransportError:
        return False


def _pictures_to_post(settings: Settings, files: Sequence[Path]) -> Sequence[Path]:
    for file in files:
        if not file.is_file():
            raise Misconfigured(f"{file} is no file")
    samples = settings.config_dir / "samples"
    pictures = files or sorted(file for file in samples.glob("*") if file.suffix.lower() in _PICTURES)
    if not pictures:
        raise Misconfigured(f"no picture in {samples}: name some on the command line")
    return pictures


def _environment(settings: Settings, url: str, secret: str, redis_url: str) -> dict[str, str]:
    """Return the settings that make every process part of this demo; a port that is not set is any free one."""
    engine, api = settings.engine, settings.api.listen
    listen = engine.listen if "listen" in engine.model_fields_set else f"127.0.0.1:{_unused_port()}"
    return {
        "OCRBOT_DINGTALK__CLIENT_ID": "demo",
        "OCRBOT_DINGTALK__CLIENT_SECRET": secret,
        "OCRBOT_DINGTALK__API_URL": url,
        "OCRBOT_DINGTALK__OAPI_URL": url,
        "OCRBOT_DINGTALK__DOWNLOAD_HOSTS": json.dumps([urlsplit(url).netloc]),
        "OCRBOT_DINGTALK__PROXY": "",
        "OCRBOT_REDIS__URL": redis_url,
        "OCRBOT_ENGINE__KIND": "rapid",
        "OCRBOT_ENGINE__LISTEN": listen,
        "OCRBOT_ENGINE__URLS": json.dumps([f"http://{listen}"]),
        "OCRBOT_ENGINE__TOKEN": secrets.token_hex(16),
        "OCRBOT_API__LISTEN": api if "listen" in settings.api.model_fields_set else _free_or_other(api),
        "OCRBOT_WORKER__CONCURRENCY": str(settings.worker.concurrency),
        "OCRBOT_CONFIG_DIR": str(settings.config_dir.resolve()),
    }


def _free_or_other(listen: str) -> str:
    """Return the address, or one with any free port if something listens there."""
    try:
        require_free(listen, "")
    except Misconfigured:
        return f"127.0.0.1:{_unused_port()}"
    return listen


def _unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
