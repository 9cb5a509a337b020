"""Everything that operators look at, read from Redis in a few round trips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, cast

from redis import Redis

from bot.domain.house.rates import RateWatch
from bot.domain.house.state import (
    BudgetUse,
    DayCounts,
    EngineCondition,
    EngineState,
    FailureCount,
    House,
    MemoryUse,
    StepQueue,
)
from bot.domain.requests.client import Client
from bot.storage.daily_counts import DailyCounts, Days
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.house.client_uses import client_uses
from bot.storage.house.engines_seen import EnginesSeen
from bot.storage.house.workers_seen import WorkersSeen
from bot.storage.jobs.backlog import Backlog, BacklogReader
from bot.storage.jobs.signed_call import QUEUES
from bot.storage.keys.rq import AT_WORK
from bot.storage.keys.shared import BUDGET, READING_SECONDS
from bot.storage.queue import QueueLengths

_WEEK: Final = 7
_MOST_KINDS: Final = 12
_MEMORY_SHARE: Final = 0.75  # of Redis' own limit, above which no more files are taken, as in `bot.service.room`


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedBudget:
    """A budget in Redis by its key's name, with the name that people see."""

    name: str
    key: str
    limit: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSettings:
    """What of the settings the house is looked at with."""

    engine: str  # the name of the engine that reads
    engine_kind: str
    engine_urls: tuple[str, ...]
    most_bytes: int  # of Redis' memory, above which no more files are taken; 0: no limit
    budgets: tuple[WatchedBudget, ...] = ()


class HouseReader:
    """Reads the house. It remembers a few counts, to tell rates; `clients` gives the clients of now."""

    def __init__(self, redis: Redis, settings: HouseSettings, clients: Callable[[], Sequence[Client]]) -> None:
        self._redis = redis
        self._settings = settings
        self._clients = clients
        self._backlog = BacklogReader(redis)
        self._lengths = QueueLengths(redis)
        self._workers = WorkersSeen(redis)
        self._engines = EnginesSeen(redis, settings.engine_urls)
        self._counts = DailyCounts(redis)
        self._last_frame = LastFrame(redis)
        self._rates = RateWatch()

    def now(self) -> House:
        """Return the house as it is now; raises `RedisError`."""
        seconds, micro = self._redis.time()
        now = seconds + micro / 1e6
        backlog = self._backlog.now()
        today, pace = backlog.today, self._seconds_a_page()
        return House(
            at=now,
            open_tasks=backlog.open_tasks,
            steps=self._steps(backlog),
            workers=self._workers.now(),
            engine_kind=self._settings.engine_kind,
            engines=self._engine_states(pace),
            seconds_a_page=pace,
            rates=self._rates.seen(at=now, messages=today.messages, answers=today.answered),
            today=_day_counts(today),
            failures=_failures(today, self._counts.recent(now, _WEEK)),
            budgets=self._budgets(now),
            clients=client_uses(self._redis, self._clients(), now),
            memory=MemoryUse(used=backlog.used_bytes, most=self._most_bytes(backlog.most_bytes)),
            refused_jobs=backlog.refused,
            last_frame_at=self._last_frame.get(),
        )

    def _steps(self, backlog: Backlog) -> tuple[StepQueue, ...]:
        workers = self._lengths.workers()
        with self._redis.pipeline(transaction=False) as pipe:
            for name in QUEUES:
                pipe.zcard(AT_WORK.key(name))
            at_work = dict(zip(QUEUES, cast("list[int]", pipe.execute()), strict=True))
        return tuple(
            StepQueue(
                step=name,
                waiting=backlog.waiting[name],
                put_off=backlog.put_off[name],
                oldest_seconds=round(backlog.oldest[name], 1),
                at_work=at_work[name],
                workers=workers[name],
            )
            for name in QUEUES
        )

    def _seconds_a_page(self) -> float | None:
        key = READING_SECONDS.key(self._settings.engine)
        seconds = [float(one) for one in cast("list[bytes]", self._redis.lrange(key, 0, -1))]
        return round(median(seconds), 2) if seconds else None

    def _engine_states(self, pace: float | None) -> tuple[EngineState, ...]:
        """Return the engines; one without notes that is the only one has read what was read within the hour."""
        states = self._engines.now()
        if len(states) == 1 and pace is not None and states[0].condition is EngineCondition.UNKNOWN:
            return (replace(states[0], condition=EngineCondition.WORKING),)
        return states

    def _budgets(self, now: float) -> tuple[BudgetUse, ...]:
        watched = self._settings.budgets
        with self._redis.pipeline(transaction=False) as pipe:
            for one in watched:
                pipe.zcount(BUDGET.key(one.key), now - one.seconds, "+inf")
            used = cast("list[int]", pipe.execute())
        return tuple(
            BudgetUse(name=one.name, used=count, limit=one.limit, seconds=one.seconds)
            for one, count in zip(watched, used, strict=True)
        )

    def _most_bytes(self, most_of_redis: int) -> int:
        limits = [int(most_of_redis * _MEMORY_SHARE), self._settings.most_bytes]
        return min((limit for limit in limits if limit), default=0)


def _day_counts(today: Days) -> DayCounts:
    return DayCounts(
        messages=today.messages,
        answered=today.answered,
        cancelled=today.cancelled,
        mean_seconds=round(today.mean, 1),
        slowest_seconds=round(today.slowest, 1),
        kinds=tuple(today.kinds.items())[:_MOST_KINDS],
    )


def _failures(today: Days, week: Days) -> tuple[FailureCount, ...]:
    """Return the failures of the week, those of today first, then the most frequent."""
    counts = [
        FailureCount(reason=reason, today=today.failures.get(reason, 0), week=count)
        for reason, count in week.failures.items()
    ]
    return tuple(sorted(counts, key=lambda one: (-one.today, -one.week, one.reason)))
