"""Somebody who can write to Redis plants jobs and overwrites one that waits; real workers run none of it."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.console.processes import Processes
from tests.e2e.deployment import Deploy, addresses_of, clean_environment

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"


def overwrite(redis: Redis, job: bytes, mark: Path) -> None:
    """Have a job call `os.system` and name other functions of Python as its callbacks."""
    call = zlib.compress(json.dumps(["os.system", None, [f"touch {mark}"], {}]).encode())
    fields: dict[Any, Any] = {"data": call, "status": "queued", "timeout": 100}
    redis.hset(
        b"rq:job:" + job, mapping={**fields, "success_callback_name": "os.abort", "failure_callback_name": "os.abort"}
    )


async def test_no_stranger_runs_code_and_everybody_is_answered(deploy: Deploy, engine: str, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    async with deploy(processes=("bot",)) as h:
        redis = Redis.from_url(h.redis.url)
        groups = [h.dingtalk.group("财务群"), h.dingtalk.group("行政群")]
        for group, name in zip(groups, ("张三", "李四"), strict=True):
            group.show(h.dingtalk.member(name), (SAMPLES / "contract.png").read_bytes())
        await h.dingtalk.until(lambda: redis.llen("rq:queue:fetch") == len(groups))
        victim = redis.lindex("rq:queue:fetch", 0)
        assert isinstance(victim, bytes)
        overwrite(redis, victim, mark)
        for queue in ("fetch", "read", "reply", "notice"):
            overwrite(redis, f"planted-{queue}".encode(), mark)
            redis.lpush(f"rq:queue:{queue}", f"planted-{queue}")
        environment = {**clean_environment(tmp_path), **addresses_of(h.dingtalk, h.redis)}
        environment["OCRBOT_ENGINE__URLS"] = json.dumps([engine])
        async with Processes(folder=tmp_path, environment=environment, processes=("worker",)):
            replies = [await h.dingtalk.next_reply(group, timeout=120) for group in groups]
            assert all("QH-2025-0318" in reply.text for reply in replies)
            await h.dingtalk.until(lambda: redis.get("ocrbot:refused-jobs") == b"5", timeout=30)
            assert redis.keys("rq:job:planted*") == []
        redis.close()
    assert not mark.exists()
