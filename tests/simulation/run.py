"""`make simulate`: runs plans drawn from seeds, in virtual time, until one goes wrong; that one is shrunk and printed.

The same seed always gives the same run. With `--bugs` it shows after how many runs each planted bug is found.
"""

import argparse
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import structlog
from redis import Redis

from bot.console.local_redis import LocalRedis
from tests.simulation.bugs import ACKNOWLEDGE_FIRST, BUGS
from tests.simulation.checking import simulate
from tests.simulation.plan import Plan, plan_of
from tests.simulation.shrink import shrunk
from tests.simulation.world import Run

_HOUR = 3600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the asked seeds; return 1 if one goes wrong, or if a planted bug is not found."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no Redis is left behind
    seeds = range(asked.seed, asked.seed + asked.runs)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, _redis(Path(folder)) as socket:
        return _find_bugs(seeds, socket) if asked.bugs else _search(seeds, socket, harsh=asked.harsh)


def _search(seeds: range, socket: str, *, harsh: bool) -> int:
    steps, calls, begun, used = 0, 0, time.monotonic(), _cpu_seconds(socket)
    for seed in seeds:
        run = simulate(plan_of(seed, harsh=harsh), socket)
        steps, calls = steps + run.steps, calls + run.calls
        if run.wrong:
            smallest = shrunk(run.plan, lambda plan: bool(simulate(plan, socket).wrong))
            _show(simulate(smallest, socket))
            return 1
    hours, cpu_hours = (time.monotonic() - begun) / _HOUR, (_cpu_seconds(socket) - used) / _HOUR
    print(f"{len(seeds)} runs, {steps} steps, {calls} calls to Redis and DingTalk: nothing went wrong")
    print(f"{steps / hours:,.0f} steps an hour, {steps / cpu_hours:,.0f} an hour of CPU time, that of Redis included")
    return 0


def _cpu_seconds(socket: str) -> float:
    """Return the CPU time that this process and its Redis have used."""
    with Redis(unix_socket_path=socket) as redis:
        info = cast("dict[str, float]", redis.info("cpu"))
    return time.process_time() + info["used_cpu_user"] + info["used_cpu_sys"]


def _find_bugs(seeds: range, socket: str) -> int:
    missed = 0
    for name in BUGS:
        steps, found = 0, False
        for number, seed in enumerate(seeds, 1):
            run = with_bug(name, plan_of(seed), socket)
            steps, found = steps + run.steps, bool(run.wrong)
            if found:
                print(f"{name}: seed {seed}, after {number} runs and {steps} steps: {run.wrong[0]}", flush=True)
                break
        missed += not found
        if not found:
            print(f"{name}: not found in {len(seeds)} runs and {steps} steps", flush=True)
    return min(missed, 1)


def with_bug(name: str, plan: Plan, socket: str) -> Run:
    """Run a plan with a planted bug."""
    with BUGS[name]():
        return simulate(plan, socket, acknowledge_first=name == ACKNOWLEDGE_FIRST)


def _show(run: Run) -> None:
    print(run.plan)
    for problem in run.wrong:
        print(f"  wrong: {problem}")


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = LocalRedis(directory=folder)
    server.start()
    try:
        yield str(server.socket)
    finally:
        server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--runs", type=int, default=100, help="how many seeds from there on (default: 100)")
    parser.add_argument("--harsh", action="store_true", help="processes stand still for 40 s, too")
    parser.add_argument("--bugs", action="store_true", help="show when each planted bug is found")
    return parser


if __name__ == "__main__":
    sys.exit(main())
