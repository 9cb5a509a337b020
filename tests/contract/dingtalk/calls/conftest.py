"""The client of the API, and who asks where."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.sending import Sender
from bot.lookalike import Chat, Limits, Lookalike, Member
from tests.fakes.dingtalk_client import Budgets, Clock, Tokens, new_api


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def dingtalk(clock: Clock) -> AsyncIterator[Lookalike]:
    limits = Limits(webhook_per_minute=3, api_calls_per_second=3)
    async with Lookalike(
        client_id="app", client_secret="secret", robot_code="robot", limits=limits, clock=clock
    ) as server:
        yield server


@pytest.fixture
def asker(dingtalk: Lookalike) -> Member:
    return dingtalk.member("王芳")


@pytest.fixture
def group(dingtalk: Lookalike) -> Chat:
    return dingtalk.group("报销群")


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def api(dingtalk: Lookalike, http: httpx.Client, tokens: Tokens) -> DingTalkApi:
    return new_api(dingtalk, http, tokens)


@pytest.fixture
def budgets() -> Budgets:
    return Budgets()


@pytest.fixture
def sender(api: DingTalkApi, budgets: Budgets, clock: Clock) -> Sender:
    return Sender(api, budgets, clock=clock, sleep=clock.sleep)
