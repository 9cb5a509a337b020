"""Messages on their way into Redis: whatever goes wrong with one, its person hears of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis

from bot.config.folder import load
from bot.domain import texts
from bot.domain.task import Say, task_id
from bot.service.intake import Claims, Intake
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER

CONFIG = Path(__file__).parents[3] / "config"
MESSAGE = {
    "msgId": "m1",
    "conversationId": "c",
    "conversationType": "2",
    "robotCode": "r",
    "senderStaffId": "s",
    "msgtype": "text",
    "text": {"content": "你好"},
}


@pytest.fixture
async def claims(redis: Redis) -> AsyncIterator[Claims]:
    claims = Claims(Store(redis).ledger, TaskQueue(redis, JOB_SIGNER), lambda: 5.0)
    running = asyncio.create_task(claims.run())
    yield claims
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_message_in_which_a_bug_was_met_is_answered_with_a_sentence(
    redis: Redis, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.service.intake.decide", decided)
    config = load(CONFIG)
    await Intake(claims, lambda: config, lambda: 5.0).handle(MESSAGE)
    task = Store(redis).task(task_id("m1"))
    assert task is not None
    assert task.content == Say(text=texts.failures.bug(task.id))
    assert TaskQueue(redis, JOB_SIGNER).waiting()["reply"] == 1
