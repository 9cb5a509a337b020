"""Events reach a client's server although the worker, Redis and the server itself are killed meanwhile."""

import asyncio
import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from redis import Redis
from standardwebhooks.webhooks import Webhook

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.webhooks.signature import secret_of
from bot.storage.connection import RedisClock, connect
from bot.storage.jobs.signed_call import WEBHOOK, JobSigner
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.keys.rq import SCHEDULED
from bot.storage.queue import TaskQueue
from bot.storage.requests.request_keys import DUE_EVENTS
from tests.e2e.deployment import clean_environment
from tests.fakes.processes import children, kill_all
from tests.fakes.requests_of_clients import put_ended
from tests.fakes.webhook_receiver import WebhookReceiver, receiving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
SECRET, KEY = secret_of(bytes(range(32))), "k" * 32
NOW = 1_790_000_000.0


def ended(number: int) -> RequestRecord:
    return RequestRecord(
        id=f"{number:032x}",
        client="erp",
        reference=f"PO-{number}",
        webhook="books",
        state=RequestState.DONE,
        submitted_at=NOW,
        finished_at=NOW + number,
    )


def environment(folder: Path, redis: LocalRedis, receiver: WebhookReceiver) -> dict[str, str]:
    (folder / "config").mkdir()
    (folder / "config" / "clients.toml").write_text(
        '[[clients]]\nname = "erp"\n'
        f'[[clients.webhooks]]\nname = "books"\nurl = "{receiver.url}"\nsecret = "{SECRET}"\n'
    )
    return {
        **clean_environment(folder),
        "OCRBOT_REDIS__URL": redis.url,
        "OCRBOT_REDIS__JOB_KEYS": KEY,
        "OCRBOT_DINGTALK__CLIENT_ID": "app",
        "OCRBOT_DINGTALK__CLIENT_SECRET": "of the app",
        "OCRBOT_CONFIG_DIR": str(folder / "config"),
        "OCRBOT_WEBHOOKS__INTERNAL": '["127.0.0.1"]',
    }


async def until_taken(redis: Redis) -> None:
    """Wait until no event is on its way any more."""
    for _ in range(1000):
        if not redis.exists(DUE_EVENTS.key()):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(redis.zrange(DUE_EVENTS.key(), 0, -1))


async def until_called(receiver: WebhookReceiver, number: int) -> None:
    """Wait until an event has come, which the receiver has not answered yet."""
    for _ in range(1000):
        if f"{number:032x}-done" in receiver.ids():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(receiver.ids())


async def until_put_off(redis: Redis) -> None:
    """Wait until an event waits for its next try."""
    for _ in range(300):
        if redis.zcard(SCHEDULED.key(WEBHOOK)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no job is put off")


async def until_answers(server: LocalRedis) -> None:
    """Wait until Redis has been begun anew."""
    while server.ended() or not server.alive():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)


async def test_every_event_arrives_whoever_is_killed(tmp_path: Path) -> None:
    server = LocalRedis(directory=tmp_path / "r")
    with receiving(tmp_path / "receiver") as receiver:
        processes = Processes(
            folder=tmp_path,
            environment=environment(tmp_path, server, receiver),
            redis=server,
            processes=("worker",),
            arguments={"worker": ("--queues", WEBHOOK)},
        )
        async with processes:
            client = connect(server.url)
            jobs = TaskQueue(client, JobSigner([KEY.encode()]))
            webhooks = WebhookQueue(events=WebhookEvents(client), jobs=jobs, clock=RedisClock(client).fresh)
            for number in range(8):
                put_ended(client, ended(number).id)
            for number in range(4):
                webhooks.enqueue(ended(number))
            await until_taken(client)

            receiver.behave("hold")
            webhooks.enqueue(ended(4))
            await until_called(receiver, 4)
            receiver.kill()  # in the middle of an answer
            receiver.behave("204")
            receiver.start()
            await until_taken(client)

            receiver.behave("hold")
            webhooks.enqueue(ended(5))
            await until_called(receiver, 5)
            kill_all(children(processes.pid("worker")))  # in the middle of a call
            receiver.behave("204")
            await until_taken(client)

            receiver.kill()
            webhooks.enqueue(ended(6))
            await until_put_off(client)
            os.kill(server.pid, signal.SIGKILL)  # while events wait for their next try
            await until_answers(server)
            receiver.start()
            webhooks.enqueue(ended(7))
            await until_taken(client)
            client.close()
        arrived = Counter(receiver.ids())
        assert sorted(arrived) == [f"{number:032x}-done" for number in range(8)]
        assert [arrived[f"{number:032x}-done"] for number in (0, 4, 5)] == [1, 2, 2]

        for request in receiver.requests():
            event = Webhook(SECRET).verify(request["body"], request["headers"])
            assert event["type"] == "document.done"
            assert json.loads(request["body"])["data"]["reference"].startswith("PO-")
            assert request["headers"]["webhook-id"] == f"{event['data']['id']}-done"
