"""The way of docs/operations.md to copy Redis while it works, and to put the copy back."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest
from redis import Redis

from bot.storage.jobs.backlog import BacklogReader
from tests.e2e.deployment import Deploy

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
FILES = "appendonlydir"


async def test_a_message_that_waited_when_the_copy_was_made_is_answered_from_it(deploy: Deploy, tmp_path: Path) -> None:
    async with deploy() as h:
        worker = h.processes.pid("worker")
        os.killpg(worker, signal.SIGSTOP)
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        client = Redis.from_url(h.redis.url)
        await h.dingtalk.until(lambda: BacklogReader(client).now().open_tasks == 1, timeout=30)

        client.config_set("auto-aof-rewrite-percentage", 0)
        await h.dingtalk.until(lambda: not client.info("persistence")["aof_rewrite_in_progress"], timeout=30)
        await asyncio.sleep(1.1)  # appendfsync everysec
        shutil.copytree(h.redis.directory / FILES, tmp_path / "copy")
        client.flushall()  # what the copy is for

        (h.redis.directory / FILES).rename(tmp_path / "lost")
        (tmp_path / "copy").rename(h.redis.directory / FILES)
        h.redis.kill()  # it is started again at once
        os.killpg(worker, signal.SIGCONT)
        assert "QH-2025-0318" in (await h.dingtalk.next_reply(group, timeout=90)).text
        assert len(group.replies) == 1
