"""Requests of API clients while processes are killed: each that was accepted is read, and ends once."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from PIL import Image
from redis.exceptions import RedisError

from bot.domain.errors import Unavailable
from bot.domain.requests.record import RequestFilter, RequestState
from bot.service.feeder import Feeder
from bot.storage.connection import connect
from bot.storage.jobs.signed_call import JobSigner, signing_keys
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.bench.bench_peers import EngineStandIn
from tests.e2e.deployment import SECRET, Deploy, Deployment
from tests.fakes.requests_of_clients import pages_of_day, submission

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
FILES = 24
CLIENTS = ("erp", "scanner")


@pytest.fixture
async def stand_in() -> AsyncIterator[EngineStandIn]:
    engine = EngineStandIn()
    engine.seconds = 0.3
    async with engine.serving():
        yield engine


@asynccontextmanager
async def feeding(store: Store, h: Deployment) -> AsyncIterator[None]:
    """Feed as a process of the API does, until it is killed."""
    queue = TaskQueue(connect(h.redis.url), JobSigner(signing_keys("", SECRET)))
    task = asyncio.create_task(Feeder(store, queue, time.time).run())
    try:
        yield
    finally:
        task.cancel()


def picture(number: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (300, 200), (255, 255, 200 + number % 50)).save(data, "PNG")
    return data.getvalue()


async def accepted(store: Store, number: int) -> str:
    """Send a file as a client does: again, under the same key, until it is accepted."""
    wanted = submission(CLIENTS[number % 2], idempotency_key=f"file {number}")
    while True:
        try:
            found = await asyncio.to_thread(store.requests.accept, wanted, [picture(number)], now=time.time())
        except (RedisError, Unavailable):
            await asyncio.sleep(0.2)
        else:
            return found.id


def ended(store: Store, ids: set[str]) -> int:
    try:
        records = [store.requests.record(None, request_id) for request_id in ids]
    except RedisError:
        return 0
    return sum(record is not None and record.state is RequestState.DONE for record in records)


async def until_ended(store: Store, ids: set[str], number: int) -> None:
    async with asyncio.timeout(200):
        while True:
            if await asyncio.to_thread(ended, store, ids) >= number:
                return
            await asyncio.sleep(0.2)


async def test_each_request_is_read_once_whatever_is_killed(deploy: Deploy, stand_in: EngineStandIn) -> None:
    environment = {"OCRBOT_ENGINE__URLS": json.dumps([stand_in.url])}
    async with deploy(environment=environment) as h:
        redis = connect(h.redis.url)
        store = Store(redis)
        ids: set[str] = set()
        async with feeding(store, h):
            ids |= {await accepted(store, number) for number in range(FILES // 2)}
            await until_ended(store, ids, 2)
            os.killpg(h.processes.pid("worker"), signal.SIGKILL)
        store.requests.turns.take(most=50, now=time.time())  # a feeder that is killed before it has claimed them
        sending = [asyncio.create_task(accepted(store, number)) for number in range(FILES // 2, FILES)]
        h.redis.kill()
        ids |= {*await asyncio.gather(*sending)}
        async with feeding(store, h):
            await until_ended(store, ids, FILES)
        assert len(ids) == FILES
        pages = [pages_of_day(redis, client, time.time()) for client in CLIENTS]
        assert pages == [FILES // 2, FILES // 2]  # each was ended once
        for client in CLIENTS:
            listed = store.requests.listed(client, RequestFilter(state=RequestState.DONE)).records
            assert len(listed) == FILES // 2
            assert {record.client for record in listed} == {client}
        assert store.open_tasks() == 0
