"""The process of a worker: it lives as long as all that it is for goes on."""

import time
from multiprocessing import get_context
from pathlib import Path

import pytest
from redis import Redis

from tests.fakes.fake_steps import parts_on
from tests.fakes.job_signer import JOB_SIGNER
from workers.entry import Supervisor, jobs_at_once

_SECONDS = 30.0


def broken(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("what", ["workers.entry.Schedule.run", "workers.entry.ThreadedWorker._take_next"])
def test_one_in_which_a_bug_ends_what_it_is_for_is_replaced(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    started, again = tmp_path / "started", tmp_path / "started again"
    monkeypatch.setattr(what, broken)
    monkeypatch.setattr("workers.entry._RESPAWN_SECONDS", 0.05)
    steps = parts_on(redis, clock=time.time).steps
    supervisor = Supervisor(
        jobs_at_once("fetch", 1), redis, steps, signer=JOB_SIGNER, parallel_reads=1,
        on_start=lambda: started.touch() if not started.exists() else again.touch(),
    )  # fmt: skip
    process = get_context("fork").Process(target=supervisor.run)
    process.start()
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends and not again.exists():
        time.sleep(0.05)
    process.terminate()
    process.join(_SECONDS)
    assert again.exists()
    assert process.exitcode == 0
