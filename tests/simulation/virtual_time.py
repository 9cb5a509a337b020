"""Time that passes only when the run lets it pass, for the processes and for what is stored in Redis."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

import rq.utils
from redis import Redis

import bot.storage.jobs.job_states
import bot.storage.queue
import workers.steps.downloads
import workers.steps.lease
from tests.simulation.calls import NOW

_monotonic = time.monotonic
# Takes from each time to live the milliseconds that have passed.
_AGE = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left > 0 then
    left = left - tonumber(ARGV[1])
    if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
  end
end
"""


class StoredTime:
    """Lets the keys of a Redis age with the time of the run instead of that of the machine."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._age = redis.register_script(_AGE)
        self._real = _monotonic()
        self._rest = 0.0  # of a millisecond

    def set(self, now: float, passed: float) -> None:
        """Set the time to `now` (Unix seconds), `passed` seconds after the last one."""
        real = _monotonic()
        milliseconds, self._real = 1000 * (passed - (real - self._real)) + self._rest, real
        self._rest = milliseconds - round(milliseconds)
        self._redis.set(NOW, f"{int(now)} {int(now % 1 * 1_000_000)}")
        self._age(args=[round(milliseconds)])


class _OneAfterTheOther:
    """An executor that does each thing at once, so that a run always goes the same way."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    map = staticmethod(map)


@contextmanager
def passing(
    clock: Callable[[], float],
    seconds: Callable[[], float],
    sleep: Callable[[float], None],
    beating: Callable[..., Any],
) -> Iterator[None]:
    """Let all code see the time of `clock`, measure by `seconds`, sleep by `sleep` and renew leases by `beating`."""

    class RunTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(clock(), tz)

    def current_time() -> datetime:
        return datetime.fromtimestamp(clock(), UTC)

    with ExitStack() as stack:
        for place, name, value in (
            (time, "time", clock),
            (time, "monotonic", seconds),
            (time, "sleep", sleep),
            (rq.utils, "now", current_time),
            (bot.storage.queue, "current_time", current_time),
            (bot.storage.jobs.job_states, "datetime", RunTime),
            (workers.steps.lease, "beating", beating),
            (workers.steps.downloads, "ThreadPoolExecutor", _OneAfterTheOther),
        ):
            stack.enter_context(replaced(place, name, value))
        yield


@contextmanager
def replaced(place: object, name: str, value: object) -> Iterator[None]:
    """Replace an attribute within the block, if there is one of that name."""
    if not hasattr(place, name):
        yield
        return
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)
