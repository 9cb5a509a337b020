"""DingTalk through an HTTP proxy, and through it alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from bot.config import settings
from bot.config.setting_groups import DingTalkSettings, RedisSettings
from bot.config.settings import Settings
from bot.dingtalk.inbound import parse
from bot.domain.errors import Misconfigured, Unavailable
from bot.lookalike import Lookalike
from bot.wiring.dingtalk import api
from bot.wiring.redis import redis as redis_client
from bot.wiring.stream import stream
from tests.fakes.http_proxy import HttpProxy

WRONG = "hunter2"


class NoTokens:
    def get(self) -> None:
        pass

    def put(self, token: str, seconds: float) -> None:
        pass

    def drop(self, token: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Place:
    """A look-alike that is reached through a proxy, and the settings for both."""

    dingtalk: Lookalike
    proxy: HttpProxy

    @property
    def host(self) -> str:
        return urlsplit(self.dingtalk.url).netloc

    def settings(self, proxy: str | None = None) -> Settings:
        return Settings(
            dingtalk=DingTalkSettings.model_validate(
                {
                    "client_id": "app",
                    "client_secret": "secret",
                    "api_url": self.dingtalk.url,
                    "oapi_url": self.dingtalk.url,
                    "download_hosts": (self.host,),
                    "proxy": self.proxy.url if proxy is None else proxy,
                }
            ),
            redis=RedisSettings(url="redis://redis.example.com:6379"),
        )


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with (
        Lookalike(client_id="app", client_secret="secret", robot_code="robot") as dingtalk,
        HttpProxy().serving() as proxy,
    ):
        yield Place(dingtalk, proxy)


async def test_the_socket_and_its_ticket_go_through_the_proxy(place: Place) -> None:
    texts = list[str]()

    async def handle(data: object) -> None:
        await asyncio.sleep(0)
        texts.append(parse(data).text)

    messages = stream(place.settings(), handle)
    running = asyncio.create_task(messages.run())
    try:
        await place.dingtalk.connected()
        place.dingtalk.group("报销群").say(place.dingtalk.member("王芳"), "你好")
        await place.dingtalk.until(lambda: any(ack.counted for ack in place.dingtalk.records.acks))
    finally:
        messages.stop()
        await asyncio.wait_for(running, 10)
    assert texts == ["你好"]
    assert place.proxy.targets["CONNECT", place.host] >= 1
    assert place.proxy.targets["POST", place.host] >= 1


async def test_calls_and_downloads_go_through_the_proxy(place: Place) -> None:
    posted = place.dingtalk.group("报销群").show(place.dingtalk.member("王芳"), b"data")
    calls = api(place.settings(), NoTokens())
    fetched = await asyncio.to_thread(calls.download, posted.codes[0], "robot", limit_bytes=100)
    assert fetched == b"data"
    assert place.proxy.targets["POST", place.host] == 2  # a token, and the file's address
    assert place.proxy.targets["GET", place.host] == 1


async def test_a_proxy_that_wants_another_password_is_named_and_no_password_is_shown(place: Place) -> None:
    wrong = replace(place.proxy, password=WRONG).url
    secure = place.settings(wrong).model_copy(
        update={
            "dingtalk": place.settings(wrong).dingtalk.model_copy(
                update={"api_url": "https://dingtalk.invalid", "oapi_url": "https://dingtalk.invalid"}
            )
        }
    )
    with capture_logs() as logs, pytest.raises(Unavailable, match="OCRBOT_DINGTALK__PROXY") as at_check:
        await stream(secure, _ignore).check()
    with pytest.raises(Unavailable, match="OCRBOT_DINGTALK__PROXY") as at_call:
        await asyncio.to_thread(api(secure, NoTokens()).download, "code", "robot", limit_bytes=100)
    assert place.proxy.refused == 2
    assert WRONG not in str([logs, at_check.value, at_call.value, secure])


def test_redis_is_never_asked_through_the_proxy() -> None:
    loaded = Settings(
        dingtalk=DingTalkSettings.model_validate({"proxy": "http://proxy.example.com:3128"}),
        redis=RedisSettings(url="redis://redis.example.com:6379"),
    )
    assert redis_client(loaded).connection_pool.connection_kwargs["host"] == "redis.example.com"


@pytest.mark.parametrize(
    "wrong", ["proxy:3128", "https://proxy:3128", "http://clerk@proxy:3128", f"http://a:{WRONG}@p"]
)
def test_an_address_that_is_no_proxy_is_named_without_its_password(wrong: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("OCRBOT_DINGTALK__PROXY", wrong)
    with pytest.raises(Misconfigured, match="OCRBOT_DINGTALK__PROXY") as refused:
        settings.load()
    assert WRONG not in str(refused.value)


async def _ignore(_: object) -> None:
    pass
