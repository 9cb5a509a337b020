"""Redis with Sentinel: what was acked is there after a failover, and what replicas do not have is not acked."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from bot.console.doctor import check_replicas
from bot.domain.errors import Misconfigured
from bot.domain.finding import Health
from bot.domain.task import task_id
from bot.service.intake import Claims, Unclaimed
from bot.storage.connection import answers, connect
from bot.storage.queue import TaskQueue
from bot.storage.replicas.sentinels import Sentinels, parse_addresses
from bot.storage.replicas.waiting import ReplicaWait
from bot.storage.store import Store
from tests.contract.rq_worker.test_fetching_ahead import TASK
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.replicated_redis import ReplicatedRedis, replicated_redis, until
from workers.rq_worker.wakeable_wait import WakeableWait

pytestmark = pytest.mark.timeout(120)
MESSAGES_A_SECOND = 200
WAIT = ReplicaWait(replicas=1, seconds=0.5)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[ReplicatedRedis]:
    with replicated_redis(tmp_path) as servers:
        yield servers


async def test_a_failover_loses_nothing_that_was_acked(servers: ReplicatedRedis) -> None:
    redis = connect("redis://", sentinels=servers.addresses)
    claims = Claims(Store(redis).ledger, TaskQueue(redis, JOB_SIGNER), time.time, WAIT)
    running = asyncio.create_task(claims.run())
    acked, posted, over = list[str](), list["asyncio.Task[None]"](), asyncio.Event()

    async def post(name: str) -> None:
        while True:  # as DingTalk does until it gets an ack
            try:
                await claims.claim(replace(TASK, id=task_id(name), received_at=time.time()))
            except Unclaimed:
                if over.is_set():
                    return
                await asyncio.sleep(0.2)
            else:
                acked.append(task_id(name))
                return

    for number in range(2 * MESSAGES_A_SECOND):
        posted.append(asyncio.create_task(post(f"m{number}")))
        await asyncio.sleep(1 / MESSAGES_A_SECOND)
        if number == MESSAGES_A_SECOND:
            before = len(acked)
            servers.kill(servers.master)
    await asyncio.to_thread(until, lambda: servers.info(servers.replica).get("role") == "master")
    servers.start(servers.master, of=servers.replica)
    await asyncio.wait(posted, timeout=30)
    over.set()
    running.cancel()
    found = Store(connect("redis://", sentinels=servers.addresses)).ledger.tasks(acked)
    assert [one.id for one in found if one.task is None] == []
    assert len(acked) == len(posted) > before > 0


async def test_what_no_replica_has_is_worked_on_but_not_acked(servers: ReplicatedRedis) -> None:
    redis = connect("redis://", sentinels=servers.addresses)
    store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
    claims = Claims(store.ledger, queue, time.time, WAIT)
    running = asyncio.create_task(claims.run())
    assert await claims.claim(replace(TASK, id=task_id("a")))
    assert [one.health for one in check_replicas(redis, 1)] == [Health.OK]
    servers.kill(servers.replica)
    with pytest.raises(Unclaimed, match="fewer than 1 replica"):
        await claims.claim(replace(TASK, id=task_id("b")))
    assert queue.waiting()["fetch"] == 2
    with pytest.raises(Unclaimed):  # delivered again: taken before, but no safer
        await claims.claim(replace(TASK, id=task_id("b")))
    assert await claims.write(replace(TASK, id=task_id("c")))
    assert [one.health for one in check_replicas(redis, 1)] == [Health.BAD]
    assert [*check_replicas(redis, 0)] == []
    servers.start(servers.replica, of=servers.master)
    await asyncio.to_thread(until, lambda: servers.info(servers.replica).get("master_link_status") == "up")
    assert not await claims.claim(replace(TASK, id=task_id("b")))
    assert queue.waiting()["fetch"] == 3
    running.cancel()


def test_who_waits_for_a_job_waits_at_the_new_master_after_a_failover(servers: ReplicatedRedis) -> None:
    redis = connect("redis://", sentinels=servers.addresses)
    assert answers(redis)
    wait, moved = WakeableWait(redis), list[bytes | None]()

    def listen() -> None:
        while not moved or moved[-1] is None:
            try:
                moved.append(wait.move("from", "to", seconds=1))
            except RedisError:
                continue

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    servers.kill(servers.master)
    until(lambda: answers(redis))
    assert servers.info(servers.replica).get("role") == "master"
    redis.rpush("from", "job")
    thread.join(30)
    assert moved[-1] == b"job"
    assert answers(redis)


def test_addresses_are_read_as_they_are_written() -> None:
    assert parse_addresses("") == ()
    assert parse_addresses("a:1, [::1]:2,c.d:3") == (("a", 1), ("::1", 2), ("c.d", 3))


def test_no_sentinel_is_an_outage_and_a_socket_is_a_mistake() -> None:
    nobody = Sentinels(addresses=(("127.0.0.1", 9),), master="m")
    assert not answers(connect("redis://", sentinels=nobody))
    with pytest.raises(Misconfigured, match="SENTINELS"):
        connect("unix:///tmp/redis.sock", sentinels=nobody)
