"""The embedded Redis is stopped whatever state it is in."""

import os
import signal
from pathlib import Path

import pytest

from bot.console import local_redis
from bot.console.local_redis import LocalRedis


def test_a_server_that_hangs_is_stopped_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_redis, "_STOP_SECONDS", 0.2)
    redis = LocalRedis(directory=tmp_path)
    redis.start()
    pid = int((tmp_path / "redis.log").read_text(encoding="utf-8").partition(":")[0])
    os.kill(pid, signal.SIGSTOP)

    redis.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
