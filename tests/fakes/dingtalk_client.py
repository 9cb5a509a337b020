"""The client of DingTalk's API on a look-alike, with a clock and budgets that a test sets."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.inbound import parse
from bot.domain.message import DingTalkConversation
from bot.lookalike import Chat, Lookalike, Member, Posted

DOWNLOAD = "/v1.0/robot/messageFiles/download"
TOKEN = "/v1.0/oauth2/accessToken"
WEBHOOK = "/robot/sendBySession"
GROUP = "/v1.0/robot/groupMessages/send"
MEGABYTE = 1 << 20
T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Unix seconds that pass only when a test says so."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass(slots=True)
class Tokens:
    token: str | None = None
    seconds: float = 0.0

    def get(self) -> str | None:
        return self.token

    def put(self, token: str, seconds: float) -> None:
        self.token, self.seconds = token, seconds

    def drop(self, token: str) -> None:
        self.token = None if self.token == token else self.token


@dataclass(slots=True)
class Budgets:
    """Grants every call but those for which a wait is laid down."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    taken: list[tuple[str, int, float]] = field(default_factory=list)

    def take(self, name: str, limit: int, seconds: float) -> float:
        self.taken.append((name, limit, seconds))
        return self._wait(name)

    def take_spaced(self, name: str, limit: int, seconds: float, *, free: int) -> tuple[float, int]:
        self.taken.append((name, limit, seconds))
        return self._wait(name), limit

    def reserve(self, name: str, limit: int, seconds: float, *, burst: int, longest: float) -> float:
        self.taken.append((name, limit, seconds))
        return self._wait(name)

    def _wait(self, name: str) -> float:
        waits = self.waits.get(name.partition(":")[0], [])
        return waits.pop(0) if waits else 0.0


def new_api(dingtalk: Lookalike, http: httpx.Client, tokens: Tokens, *, secret: str = "") -> DingTalkApi:
    host = dingtalk.url.removeprefix("http://")
    return DingTalkApi(
        client_id="app",
        client_secret=secret or "secret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=["*.aliyuncs.com", host],
        tokens=tokens,
        http=http,
    )


async def outside(call: Callable[[], T]) -> T:
    """Run a blocking call while the look-alike serves it."""
    return await asyncio.to_thread(call)


def address_of(posted: Posted) -> DingTalkConversation:
    return parse(posted.data).conversation


def asked(group: Chat, asker: Member) -> DingTalkConversation:
    return address_of(group.say(asker, "读"))


async def fetched(api: DingTalkApi, code: str, *, robot: str = "robot", limit: int = MEGABYTE) -> bytes:
    return await outside(lambda: api.download(code, robot, limit_bytes=limit))
