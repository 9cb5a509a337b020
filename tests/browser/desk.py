"""The real API with its page, a worker, an engine and a Redis, and what a person does at it."""

import asyncio
import hashlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Page

from bot.console.local_redis import LocalRedis
from bot.lookalike import Lookalike
from tests.e2e.deployment import clean_environment

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "samples"
TOKENS = {"finance": "ocr_" + "f" * 43, "head": "ocr_" + "h" * 43}
_ROLES = {"finance": "reader", "head": "admin"}
_READY_SECONDS = 240
ADMIN, READER = "王小样", "李小例"  # who may sign in with DingTalk


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the page is, and what it can be asked beside the browser."""

    url: str
    redis: str  # its URL

    def api(self, name: str) -> httpx.Client:
        """Return a client of the API with the token of a client."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {TOKENS[name]}"}, timeout=30)


@contextmanager
def desk_open(folder: Path) -> Iterator[Desk]:
    redis, port = LocalRedis(directory=folder / "redis"), _free_port()
    redis.start()
    with ExitStack() as stack:
        stack.callback(redis.kill)
        dingtalk = stack.enter_context(_dingtalk(f"http://127.0.0.1:{port}/session/dingtalk/callback"))
        admin = dingtalk.directory.members[ADMIN].staff_id
        environment = {
            **clean_environment(folder),
            "OCRBOT_REDIS__URL": redis.url,
            "OCRBOT_CONFIG_DIR": str(_config(folder, admin)),
            "OCRBOT_DINGTALK__CLIENT_ID": "app",
            "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret",
            **{f"OCRBOT_DINGTALK__{name}_URL": dingtalk.url for name in ("API", "OAPI", "LOGIN")},
            "OCRBOT_ENGINE__LISTEN": "127.0.0.1:0",
            "OCRBOT_API__LISTEN": f"127.0.0.1:{port}",
            "OCRBOT_API__URL": f"http://127.0.0.1:{port}",
            "OCRBOT_API__DINGTALK_CLIENT": "finance",
        }
        engine = _listening(stack, "engine", environment, folder)
        environment["OCRBOT_ENGINE__URLS"] = f'["{engine}"]'
        _process(stack, "worker", environment, folder)
        _process(stack, "api", environment, folder)
        opened = Desk(url=f"http://127.0.0.1:{port}", redis=redis.url)
        _until_ready(opened.url, folder / "api.log")
        yield opened


def sign_in(page: Page, name: str = "finance") -> None:
    """Sign in with the token of a client."""
    page.goto("/")
    page.get_by_label("客户端令牌").fill(TOKENS[name])
    page.get_by_role("button", name="用令牌登录").click()
    until_listed(page)


def until_listed(page: Page) -> None:
    """Wait until the list shows the documents that there are."""
    page.locator(".list:not([aria-busy])").wait_for()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _until_ready(url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/v1/health/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))


@contextmanager
def _dingtalk(callback: str) -> Iterator[Lookalike]:
    """Run the look-alike in a thread of its own, where the app's sign-in is registered."""
    dingtalk, loop = Lookalike(client_id="app", client_secret="s3cret"), asyncio.new_event_loop()
    for nick in (ADMIN, READER):
        dingtalk.member(nick)
    dingtalk.sign_in.redirect_urls.add(callback)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(dingtalk.start(), loop).result(_READY_SECONDS)
        yield dingtalk
        asyncio.run_coroutine_threadsafe(dingtalk.stop(), loop).result(_READY_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _config(folder: Path, admin: str) -> Path:
    """Copy the shipped configuration, with clients, and with an admin by the staff id."""
    copied = folder / "config"
    shutil.copytree(ROOT / "config", copied, ignore=shutil.ignore_patterns("accepted", "clients.toml"))
    clients = [
        f'[[clients]]\nname = "{name}"\nrole = "{_ROLES[name]}"\n'
        f'tokens = ["sha256:{hashlib.sha256(token.encode()).hexdigest()}"]\n'
        for name, token in TOKENS.items()
    ]
    organisation = (copied / "ocrbot.toml").read_text(encoding="utf-8")
    assert "#[organisation]" in organisation
    organisation = organisation.replace("#[organisation]", f'[organisation]\nadmins = ["{admin}"]')
    (copied / "ocrbot.toml").write_text(organisation, encoding="utf-8")
    (copied / "clients.toml").write_text("\n".join(clients), encoding="utf-8")
    return copied


def _process(stack: ExitStack, name: str, environment: Mapping[str, str], folder: Path) -> subprocess.Popen[str]:
    log = stack.enter_context((folder / f"{name}.log").open("wb"))
    command = [sys.executable, "-m", "bot", "--with-parent", name]
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, stderr=log, text=True)
    stack.enter_context(process)
    stack.callback(process.terminate)
    return process


def _listening(stack: ExitStack, name: str, environment: Mapping[str, str], folder: Path) -> str:
    """Start a process that says where it listens, and return that address."""
    process = _process(stack, name, environment, folder)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), (folder / f"{name}.log").read_text(encoding="utf-8")
    return line.removeprefix("listening on ").strip()
