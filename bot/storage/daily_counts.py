"""What was done, counted by day in China's time.

day:YYYY-MM-DD  hash: messages, cancelled, answered, seconds, slowest, kind:TITLE, failure:REASON; kept for ten days

A task is counted when it is closed, in the same step, so once however often its steps are repeated.
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

KEPT_SECONDS = 10 * 24 * 3600
_KIND, _FAILURE = "kind:", "failure:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Some days' counts together; `seconds` and `slowest` from the message to the end of its answer."""

    messages: int = 0
    cancelled: int = 0
    answered: int = 0  # of those with something to read
    seconds: float = 0.0
    slowest: float = 0.0
    kinds: Mapping[str, int] = field(default_factory=dict)  # documents by their kind's title
    failures: Mapping[str, int] = field(default_factory=dict)  # by reason

    @property
    def mean(self) -> float:
        """The seconds of an answer on the average, 0.0 where there was none."""
        return self.seconds / self.answered if self.answered else 0.0


def day_key(now: float) -> str:
    """Return the key of the counts of the day in China that `now` (Unix seconds) is in."""
    return _key(datetime.fromtimestamp(now, CHINA).date())


def tally(task: Task, outcomes: Sequence[Outcome], *, now: float, cancelled: bool = False) -> dict[str, float]:
    """Return what a closed task adds to its day; nothing for what the bot says unasked."""
    if not task.recipient.conversation_id:
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
    """Return what a task adds to its day whose answer could not be sent in time; its seconds would tell nothing."""
    return {"messages": 1, f"{_FAILURE}given_up": 1} if task.recipient.conversation_id else {}


class DailyCounts:
    """Reads the counts of the last days."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def recent(self, now: float, days: int) -> Days:
        """Return the counts of the last `days` days in China, the one that `now` (Unix seconds) is in among them."""
        today = datetime.fromtimestamp(now, CHINA).date()
        with self._redis.pipeline(transaction=False) as pipe:
            for back in range(days):
                pipe.hgetall(_key(today - timedelta(days=back)))
            found = cast("list[dict[bytes, bytes]]", pipe.execute())
        counts = [{name.decode(): float(value) for name, value in day.items()} for day in found]
        return _together(counts)


def _together(days: Sequence[Mapping[str, float]]) -> Days:
    sums: Counter[str] = Counter()
    for day in days:
        sums.update({name: cast("int", value) for name, value in day.items()})
    return Days(
        messages=int(sums["messages"]),
        cancelled=int(sums["cancelled"]),
        answered=int(sums["answered"]),
        seconds=sums["seconds"],
        slowest=max((day.get("slowest", 0.0) for day in days), default=0.0),
        kinds=_named(sums.items(), _KIND),
        failures=_named(sums.items(), _FAILURE),
    )


def _named(counts: Iterable[tuple[str, float]], prefix: str) -> dict[str, int]:
    """Return the counts below `prefix`, the largest first."""
    found = [(name.removeprefix(prefix), int(count)) for name, count in counts if name.startswith(prefix)]
    return dict(sorted(found, key=lambda one: -one[1]))


def _key(day: date) -> str:
    return f"ocrbot:day:{day.isoformat()}"
