"""The counts that the command 统计 reports, by day in China.

A day is a hash with the fields messages, cancelled, answered, seconds, slowest, kind:TITLE and failure:REASON. A task
is counted when it is closed, so only once even if steps are repeated.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from redis import Redis

from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, Outcome
from bot.domain.task import Task
from bot.storage.keys.shared import DAY

_KIND, _FAILURE = "kind:", "failure:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The counts of several days; `seconds` and `slowest` run from a message to the end of its answer."""

    messages: int = 0
    cancelled: int = 0
    answered: int = 0  # of those with something to read
    seconds: float = 0.0
    slowest: float = 0.0
    kinds: Mapping[str, int] = field(default_factory=dict)  # documents by their kind's title
    failures: Mapping[str, int] = field(default_factory=dict)  # by reason

    @property
    def mean(self) -> float:
        """The average seconds to an answer, 0.0 if there was none."""
        return self.seconds / self.answered if self.answered else 0.0


def day_key(now: float) -> str:
    """Return the key of the day in China that includes `now` (Unix seconds)."""
    return _key_of(datetime.fromtimestamp(now, CHINA).date())


def tally(task: Task, outcomes: Sequence[Outcome], *, now: float, cancelled: bool = False) -> dict[str, float]:
    """Return what a closed task adds to its day; nothing for a notice to an admin, which nobody asked for."""
    if not task.conversation_id:
        return {}
    counts: Counter[str] = Counter({"messages": 1})
    if cancelled:
        return {**counts, "cancelled": 1}
    counts.update(f"{_KIND}{outcome.title}" for outcome in outcomes if isinstance(outcome, Document))
    counts.update(f"{_FAILURE}{outcome.reason}" for outcome in outcomes if isinstance(outcome, Failure))
    if not outcomes:
        return dict(counts)
    seconds = round(max(0.0, now - task.received_at), 3)
    return {**counts, "answered": 1, "seconds": seconds, "slowest": seconds}


def given_up(task: Task) -> dict[str, float]:
    """Return what a task adds to its day if its answer could not be sent in time: no seconds."""
    return {"messages": 1, f"{_FAILURE}given_up": 1} if task.conversation_id else {}


class DailyCounts:
    """Reads the counts of the last days."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def recent(self, now: float, days: int) -> Days:
        """Return the counts of the last `days` days in China, including the day of `now` (Unix seconds)."""
        today = datetime.fromtimestamp(now, CHINA).date()
        with self._redis.pipeline(transaction=False) as pipe:
            for back in range(days):
                pipe.hgetall(_key_of(today - timedelta(days=back)))
            hashes = cast("list[dict[bytes, bytes]]", pipe.execute())
        return days_in(hashes)


def days_in(hashes: Iterable[Mapping[bytes, bytes]]) -> Days:
    """Return the sums of the counts that the hashes of some days hold."""
    return _summed([{name.decode(): float(value) for name, value in day.items()} for day in hashes])


def _summed(days: Sequence[Mapping[str, float]]) -> Days:
    sums: Counter[str] = Counter()
    for day in days:
        sums.update({name: cast("int", value) for name, value in day.items()})
    return Days(
        messages=int(sums["messages"]),
        cancelled=int(sums["cancelled"]),
        answered=int(sums["answered"]),
        seconds=sums["seconds"],
        slowest=max((day.get("slowest", 0.0) for day in days), default=0.0),
        kinds=_with_prefix(sums.items(), _KIND),
        failures=_with_prefix(sums.items(), _FAILURE),
    )


def _with_prefix(counts: Iterable[tuple[str, float]], prefix: str) -> dict[str, int]:
    """Return the counts whose names start with `prefix`, without it, largest first."""
    matching = [(name.removeprefix(prefix), int(count)) for name, count in counts if name.startswith(prefix)]
    return dict(sorted(matching, key=lambda item: -item[1]))


def _key_of(day: date) -> str:
    return DAY.key(day.isoformat())
