"""Processes killed with -9 where it hurts: every message is answered, and answered once."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus

from bot.domain import texts
from bot.storage.jobs.signed_call import JsonSerializer
from tests.e2e.deployment import Deploy, Deployment
from tests.fakes.processes import children, descendants, fork_servers, kill_all, readers

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
WEBHOOK = "/robot/sendBySession"


async def at_work(deployment: Deployment, step: str) -> None:
    """Wait until a job of this step is in the middle of its work."""
    with Redis.from_url(deployment.redis.url) as redis:

        def started() -> bool:
            jobs = Queue(step, connection=redis, serializer=JsonSerializer).started_job_registry.get_job_ids(
                cleanup=False
            )
            fetched = Job.fetch_many(jobs, connection=redis, serializer=JsonSerializer)
            return any(job is not None and job.get_status(refresh=False) is JobStatus.STARTED for job in fetched)

        async with asyncio.timeout(30):
            while not await asyncio.to_thread(started):  # noqa: ASYNC110 - Redis does not call
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)


async def post(deployment: Deployment) -> None:
    group, member = deployment.dingtalk.group("财务群"), deployment.dingtalk.member("张三")
    group.show(member, (SAMPLES / "contract.png").read_bytes())
    await deployment.dingtalk.until(lambda: any(ack.counted for ack in deployment.dingtalk.records.acks), timeout=30)


async def answered_once(deployment: Deployment, within: float) -> None:
    """The picture's answer comes; then a second question's, which shows that all is well and nothing came twice."""
    group, member = deployment.dingtalk.group("财务群"), deployment.dingtalk.member("张三")
    assert "QH-2025-0318" in (await deployment.dingtalk.next_reply(group, timeout=within)).text
    group.say(member, "帮助")
    assert "引用" in (await deployment.dingtalk.next_reply(group, timeout=60)).text
    assert len(group.replies) == 2


async def test_the_bot_is_killed_after_the_ack(deploy: Deploy) -> None:
    async with deploy() as h:
        h.dingtalk.fail(DOWNLOAD, delay=2.0)
        await post(h)
        os.kill(h.processes.pid("bot"), signal.SIGKILL)
        await answered_once(h, within=60)


async def test_the_bot_is_killed_before_it_can_start_the_task(deploy: Deploy) -> None:
    async with deploy() as h:
        h.dingtalk.silence()
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        os.kill(h.processes.pid("bot"), signal.SIGKILL)
        await answered_once(h, within=60)


async def test_a_fetch_is_killed_with_its_worker(deploy: Deploy) -> None:
    async with deploy() as h:
        h.dingtalk.fail(DOWNLOAD, delay=2.0)
        await post(h)
        await at_work(h, "fetch")
        kill_all(descendants(h.processes.pid("worker"))[1:])
        await answered_once(h, within=60)


@pytest.mark.parametrize("victims", [readers, fork_servers, children], ids=["reader", "fork server", "worker"])
async def test_a_read_is_killed(deploy: Deploy, victims: Callable[[int], list[int]]) -> None:
    async with deploy() as h:
        await post(h)
        await at_work(h, "read")
        async with asyncio.timeout(60):
            while not readers(h.processes.pid("worker")):  # noqa: ASYNC110 - processes do not call
                await asyncio.sleep(0.01)
        kill_all(victims(h.processes.pid("worker")))
        await answered_once(h, within=60)


async def test_all_workers_are_killed_in_read(deploy: Deploy) -> None:
    async with deploy() as h:
        await post(h)
        await at_work(h, "read")
        kill_all(descendants(h.processes.pid("worker")))
        await answered_once(h, within=120)


async def test_all_workers_are_killed_while_an_answer_is_sent(deploy: Deploy) -> None:
    async with deploy() as h:
        h.dingtalk.fail(WEBHOOK, delay=60.0)
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        for name in ("contract.png", "whiteboard.jpg"):
            group.show(member, (SAMPLES / name).read_bytes(), words="提取文字")
        with Redis.from_url(h.redis.url) as redis:
            async with asyncio.timeout(60):
                while not await asyncio.to_thread(redis.keys, "ocrbot:lease:reply:*"):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        kill_all(descendants(h.processes.pid("worker")))
        first = await h.dingtalk.next_reply(group, timeout=120)
        assert texts.answers.repeat_notice() in first.text  # nobody knows whether it arrived
        assert "QH-2025-0318" in first.text
        assert "50000" in (await h.dingtalk.next_reply(group, timeout=60)).text
        group.say(member, "帮助")
        assert "引用" in (await h.dingtalk.next_reply(group, timeout=60)).text
        assert len(group.replies) == 3


@pytest.mark.parametrize("step", ["fetch", "read"])
async def test_redis_is_killed(deploy: Deploy, step: str) -> None:
    async with deploy() as h:
        if step == "fetch":
            h.dingtalk.fail(DOWNLOAD, delay=2.0)
        await post(h)
        await at_work(h, step)
        h.redis.kill()
        await asyncio.sleep(3)
        await answered_once(h, within=120)


async def test_redis_is_down_when_a_message_comes(deploy: Deploy) -> None:
    async with deploy() as h:
        h.redis.kill()
        await post(h)
        await answered_once(h, within=120)
