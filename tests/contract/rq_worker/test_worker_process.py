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


def supervise(socket: str, what: str, folder: Path) -> None:
    """Supervise a worker with a bug in `what`, in a process of its own; note its first start and the next ones."""
    started, again = folder / "started", folder / "started again"
    patch = pytest.MonkeyPatch()
    patch.setattr(what, broken)
    patch.setattr("workers.entry._RESPAWN_SECONDS", 0.05)
    redis = Redis(unix_socket_path=socket)
    steps = parts_on(redis, clock=time.time).steps
    Supervisor(
        jobs_at_once("fetch", 1), redis, steps, signer=JOB_SIGNER, parallel_reads=1,
        on_start=lambda: started.touch() if not started.exists() else again.touch(),
    ).run()  # fmt: skip


@pytest.mark.parametrize("what", ["workers.entry.Schedule.run", "workers.entry.ThreadedWorker._take_next"])
def test_one_in_which_a_bug_ends_what_it_is_for_is_replaced(redis: Redis, tmp_path: Path, what: str) -> None:
    again = tmp_path / "started again"
    socket = redis.connection_pool.connection_kwargs["path"]
    # Spawned, for a fork of this process has the locks that its threads hold, and none of the threads.
    process = get_context("spawn").Process(target=supervise, args=(socket, what, tmp_path))
    process.start()
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends and not again.exists():
        time.sleep(0.05)
    process.terminate()
    process.join(_SECONDS)
    assert again.exists()
    assert process.exitcode == 0
