"""The office in which receipts are given."""

from collections.abc import AsyncIterator

import pytest
from redis import Redis

from bot.dingtalk.api import http_client
from bot.lookalike import Limits, Lookalike
from tests.fakes.office import NOW, Office, new_office


@pytest.fixture
async def office(redis: Redis) -> AsyncIterator[Office]:
    limits = Limits(webhook_per_minute=None, api_calls_per_second=None)
    async with Lookalike(client_id="app", client_secret="secret", limits=limits, clock=lambda: NOW) as dingtalk:
        with http_client() as http:
            yield new_office(dingtalk, redis, http)
