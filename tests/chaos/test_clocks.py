"""Processes whose time of day is shifted while they run."""

import subprocess
import sys
import time
from pathlib import Path

from tests.chaos.clocks import Clocks

SHOW = """
import datetime, sys, time
for _ in sys.stdin:
    seen = datetime.datetime.now(datetime.timezone.utc)
    print(time.time(), seen.timestamp(), isinstance(seen, datetime.datetime), flush=True)
"""


def test_a_clock_jumps_in_the_process_that_it_belongs_to(tmp_path: Path) -> None:
    clocks = Clocks(folder=tmp_path / "clocks", names=("bot", "worker"))
    environment = clocks.environment()
    shown = {}
    for name in ("bot", "worker"):
        with subprocess.Popen(
            [sys.executable, "-c", SHOW, name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            before = process.stdout.readline().split()
            clocks.shift("bot", 7200.0)
            shown[name] = [before, process.communicate("\n")[0].split()]
            clocks.shift("bot", 0.0)
    assert [_hours(line) for line in shown["bot"]] == [(0, 0, "True"), (2, 2, "True")]
    assert [_hours(line) for line in shown["worker"]] == [(0, 0, "True"), (0, 0, "True")]


def _hours(line: list[str]) -> tuple[int, int, str]:
    seconds, stamp, is_datetime = line
    return round((float(seconds) - time.time()) / 3600), round((float(stamp) - time.time()) / 3600), is_datetime
