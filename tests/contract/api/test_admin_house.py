"""The house over the API: queues, workers, engines, failures and clients, and nothing that was recognised."""

import json
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.domain.document import Failure
from bot.domain.requests.submission import Submission
from bot.domain.task import Read
from bot.storage.budgets import Budgets
from bot.storage.engine_notes import RedisEngineNotes
from bot.storage.house.engines_seen import EnginesSeen
from bot.storage.queue import TaskQueue
from tests.fakes.admin_api import NOW, AdminApi
from tests.fakes.job_signer import JOB_SIGNER


@pytest.fixture
def api(redis: Redis, tmp_path: Path) -> AdminApi:
    return AdminApi(redis, tmp_path)


async def house(api: AdminApi) -> dict[str, Any]:
    async with api.caller() as admin:
        found: dict[str, Any] = (await admin.get("/v1/house")).json()
    return found


async def test_an_empty_house_says_who_is_missing(api: AdminApi) -> None:
    found = await house(api)
    assert [one["code"] for one in found["attention"]] == ["no_workers_yet"]
    assert {client["name"] for client in found["clients"]} == {"office", "erp"}
    assert found["rates"] is None


async def test_a_job_that_waits_without_a_worker_comes_first(api: AdminApi) -> None:
    TaskQueue(api.redis, JOB_SIGNER).start([("a" * 32, True)])
    found = await house(api)
    (fetch,) = [step for step in found["steps"] if step["step"] == "fetch"]
    assert (fetch["waiting"], fetch["workers"]) == (1, 0)
    assert found["attention"][0]["code"] == "no_workers"


async def test_workers_are_told_by_their_hosts(api: AdminApi) -> None:
    for number, queue in enumerate(("read", "reply")):
        key = f"rq:worker:{number}"
        api.redis.sadd("rq:workers", key)
        api.redis.sadd(f"rq:workers:{queue}", key)
        at = "2026-11-22T04:00:00.000000Z"
        for field, value in (("hostname", "reader-1"), ("queues", queue), ("birth", at), ("last_heartbeat", at)):
            api.redis.hset(key, field, value)
        api.redis.hset(key, "parallel", "8" if queue == "read" else "0")
        api.redis.expire(key, 120)
    (worker,) = (await house(api))["workers"]
    assert (worker["host"], worker["queues"], worker["parallel"]) == ("reader-1", ["read", "reply"], 8)


async def test_what_a_client_uses_and_what_failed_is_counted(api: AdminApi) -> None:
    read = Read(prompt=api.parts.config().prompts.default)
    submission = Submission(client="erp", names=("secret name.png",), read=read)
    first = api.store.requests.accept(submission, [b"a"], now=NOW).id
    api.store.requests.accept(submission, [b"b"], now=NOW)
    api.finish(first, Failure(reason="picture_broken", text="图片坏了。"))
    Budgets(api.redis).take("webhook:robot", 20, 62.0)
    found = await house(api)
    (erp,) = [client for client in found["clients"] if client["name"] == "erp"]
    assert erp["waiting"] >= 1
    assert [(one["name"], one["used"], one["limit"]) for one in found["budgets"]] == [("webhook", 1, 20)]
    assert "secret" not in json.dumps(found)


def test_engines_are_told_by_the_notes_of_the_workers(redis: Redis) -> None:
    notes = RedisEngineNotes(redis)
    notes.put("proof:http://a", json.dumps({"clean": True, "why": "", "at": 5.0}).encode(), 60)
    notes.put("served:http://a", json.dumps({"model": "HunyuanOCR"}).encode(), 60)
    notes.put("proof:http://b", json.dumps({"clean": False, "why": "another answer", "at": 6.0}).encode(), 60)
    notes.put("rest:http://c", b"12.5 no answer", 60)
    notes.incr("busy:http://a:1", 3, 60)
    found = EnginesSeen(redis, ["http://a", "http://b/", "http://c", "http://d"], clock=lambda: 700.0).now()
    assert [(one.condition.value, one.why) for one in found] == [
        ("proven", ""),
        ("faulty", "another answer"),
        ("resting", "no answer"),
        ("unknown", ""),
    ]
    assert (found[0].model, found[0].proven_at, found[0].reading) == ("HunyuanOCR", 5.0, 3)
