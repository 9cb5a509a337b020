import asyncio
import json
import socket
import time
import urllib.error
import urllib.request
from threading import Thread

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis

from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.task import Say, Task, task_id
from bot.storage.jobs.backlog import BacklogReader
from bot.storage.ledger import Closing
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.telemetry.bot_metrics import BotMetrics
from bot.telemetry.exposition import Exposition
from bot.telemetry.health import HealthChecks, LoopWatch
from bot.wiring.telemetry import redis_check
from tests.fakes.job_signer import JOB_SIGNER


def page(registry: CollectorRegistry, path: str, health: HealthChecks | None = None) -> tuple[int, str]:
    shown = Exposition("127.0.0.1:0", registry, health or HealthChecks())
    shown.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{shown.port}{path}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def claimed(redis: Redis, name: str) -> Store:
    store = Store(redis)
    recipient = DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP)
    store.claim([Task(id=task_id(name), recipient=recipient, received_at=1.0, content=Say(text="在"))], now=1.0)
    return store


def test_operators_see_what_is_done_and_what_is_open(redis: Redis) -> None:
    claimed(redis, "m")
    TaskQueue(redis, JOB_SIGNER).start([(task_id("m"), True)])
    metrics = BotMetrics(BacklogReader(redis))
    metrics.message("taken")
    metrics.reload("refused")
    metrics.started_over()
    metrics.last_frame(lambda: 1_700_000_000.0)
    metrics.connected(lambda: True)
    _status, text = page(metrics.registry, "/metrics")
    assert {
        'ocrbot_messages_total{result="taken"} 1.0',
        'ocrbot_reloads_total{result="refused"} 1.0',
        "ocrbot_tasks_started_over_total 1.0",
        "ocrbot_last_frame_timestamp_seconds 1.7e+09",
        "ocrbot_dingtalk_connected 1.0",
        "ocrbot_open_tasks 1.0",
        "ocrbot_redis_up 1.0",
        'ocrbot_waiting_jobs{queue="fetch"} 1.0',
        'ocrbot_waiting_jobs{queue="reply"} 0.0',
        'ocrbot_oldest_job_seconds{queue="reply"} 0.0',
    } <= set(text.splitlines())


def test_operators_see_how_long_the_first_job_has_waited(redis: Redis) -> None:
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.start([(task_id("first"), True)])
    redis.hset(f"rq:job:{task_id('first')}-fetch-0", "enqueued_at", "2026-01-01T00:00:00.000000Z")
    queue.start([(task_id("second"), True)])
    assert BacklogReader(redis).now().oldest["fetch"] > 1_000_000


def test_operators_see_what_became_of_the_messages_of_the_day(redis: Redis) -> None:
    now = time.time()
    claimed(redis, "m").close(
        task_id("m"), 0, Closing(now=now, counts={"messages": 1, "failure:blurred": 2, "answered": 1, "seconds": 3.5})
    )
    _status, text = page(BotMetrics(BacklogReader(redis)).registry, "/metrics")
    assert {
        "ocrbot_closed_messages_total 1.0",
        "ocrbot_answer_seconds_total 3.5",
        'ocrbot_failures_total{reason="blurred"} 2.0',
    } <= set(text.splitlines())


def test_while_redis_is_away_the_rest_is_still_shown() -> None:
    metrics = BotMetrics(BacklogReader(Redis(port=1, socket_connect_timeout=1)))
    metrics.message("taken")
    _status, text = page(metrics.registry, "/metrics")
    assert {"ocrbot_redis_up 0.0", 'ocrbot_messages_total{result="taken"} 1.0'} <= set(text.splitlines())
    assert "ocrbot_open_tasks" not in text


def test_an_address_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            Exposition(f"127.0.0.1:{taken.getsockname()[1]}", CollectorRegistry(), HealthChecks())


def test_a_process_that_lacks_something_is_live_and_not_ready() -> None:
    health = HealthChecks(live={"event loop": lambda: ""}, ready={"dingtalk": lambda: "no connection for 31 s"})
    assert page(CollectorRegistry(), "/live", health) == (200, json.dumps({"event loop": "ok"}))
    found = {"event loop": "ok", "dingtalk": "no connection for 31 s"}
    assert page(CollectorRegistry(), "/ready", health) == (503, json.dumps(found))


def test_what_is_wrong_with_redis_is_said(redis: Redis) -> None:
    assert not redis_check(redis)
    assert redis_check(Redis(port=1, socket_connect_timeout=1)) == "no answer"


def test_another_address_is_told_what_there_is() -> None:
    assert page(CollectorRegistry(), "/") == (404, "/metrics, /live, /ready\n")


def test_a_blocked_event_loop_is_not_live() -> None:
    watch = LoopWatch(seconds=0.05)

    async def main() -> tuple[str, str]:
        task = asyncio.create_task(watch.run())
        while running := await asyncio.to_thread(watch.wrong):
            assert running == "not running"
        blocked: list[str] = []
        thread = Thread(target=lambda: blocked.append(watch.wrong()))
        thread.start()
        thread.join()  # the loop waits, and so does not answer
        task.cancel()
        return running, blocked[0]

    assert asyncio.run(main()) == ("", "blocked for more than 0.05 s")
    assert watch.wrong() == "not running"
