"""`ocrbot worker` and the signals that end it, at every moment of its start."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.deployment import Deploy, addresses_of, clean_environment
from tests.fakes.processes import descendants

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"


async def ended(session: int) -> None:
    """Wait until no process of a session is left."""
    with suppress(ProcessLookupError):
        async with asyncio.timeout(60):
            while True:
                os.killpg(session, 0)
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("seconds", [0.2, 1.0, 1.8, 2.6, 3.4])
async def test_a_signal_while_the_worker_starts_ends_all_of_it(deploy: Deploy, tmp_path: Path, seconds: float) -> None:
    async with deploy(processes=()) as h:
        environment = {**clean_environment(tmp_path), **addresses_of(h.dingtalk, h.redis)}
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "worker",
            env=environment, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        await asyncio.sleep(seconds)
        worker.terminate()
        assert await worker.wait() in {0, -signal.SIGTERM}
        await ended(worker.pid)


async def test_a_job_is_finished_before_the_worker_ends(deploy: Deploy) -> None:
    async with deploy() as h:
        h.dingtalk.fail("/v1.0/robot/messageFiles/download", delay=3.0)
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        download = "/v1.0/robot/messageFiles/download"
        await h.dingtalk.until(lambda: any(call.path == download for call in h.dingtalk.records.calls), timeout=60)
        first = h.processes.pid("worker")
        os.kill(first, signal.SIGTERM)
        assert "QH-2025-0318" in (await h.dingtalk.next_reply(group, timeout=60)).text
        assert h.processes.pid("worker") != first
        assert sum(call.path == download for call in h.dingtalk.records.calls) == 1
        assert descendants(first) == [first]
