import socket
import urllib.request

import pytest
from redis import Redis

from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.task import Say, Task, task_id
from bot.service.metrics import Metrics
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_operators_see_what_is_done_and_what_is_open(redis: Redis) -> None:
    store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
    recipient = DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP)
    store.claim([Task(id=task_id("m"), recipient=recipient, received_at=1.0, content=Say(text="在"))], now=1.0)
    queue.start([(task_id("m"), True)])
    metrics, port = Metrics(store.ledger, queue), free_port()
    metrics.serve(f"127.0.0.1:{port}")
    metrics.message("taken")
    metrics.reload("refused")
    metrics.last_frame(lambda: 1_700_000_000.0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    assert {
        'ocrbot_messages_total{result="taken"} 1.0',
        'ocrbot_reloads_total{result="refused"} 1.0',
        "ocrbot_last_frame_timestamp_seconds 1.7e+09",
        "ocrbot_open_tasks 1.0",
        'ocrbot_waiting_jobs{queue="fetch"} 1.0',
        'ocrbot_waiting_jobs{queue="reply"} 0.0',
    } <= set(lines)


def test_an_address_that_is_taken_is_said(redis: Redis) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            Metrics(Store(redis).ledger, TaskQueue(redis, JOB_SIGNER)).serve(f"127.0.0.1:{taken.getsockname()[1]}")
