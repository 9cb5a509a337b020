"""What waits in Redis, as metrics. Every `ocrbot bot` shows the same, so a query takes the largest, not the sum."""

from collections.abc import Iterable, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from bot.storage.daily_counts import Days
from bot.storage.jobs.backlog import Backlog, BacklogReader

_Family = GaugeMetricFamily | CounterMetricFamily


class BacklogMetrics(Collector):
    """Reads the backlog at each scrape. While Redis is away, `ocrbot_redis_up` is 0 and the others are absent."""

    def __init__(self, backlog: BacklogReader) -> None:
        self._backlog = backlog

    def describe(self) -> Iterable[_Family]:
        """Return no metric, so that registering does not ask Redis."""
        return []

    def collect(self) -> Iterable[_Family]:
        """Return the metrics with the values of this moment."""
        try:
            now = self._backlog.now()
        except RedisError:
            return [_gauge("ocrbot_redis_up", "1 while Redis answers", 0)]
        return [_gauge("ocrbot_redis_up", "1 while Redis answers", 1), *_waiting(now), *_today(now.today)]


def _waiting(now: Backlog) -> Iterable[_Family]:
    yield _gauge("ocrbot_open_tasks", "Messages that have no answer yet", now.open_tasks)
    yield _by("ocrbot_waiting_jobs", "Jobs that wait, by queue", "queue", now.waiting)
    yield _by("ocrbot_put_off_jobs", "Jobs that wait for their time, by queue", "queue", now.put_off)
    yield _by("ocrbot_oldest_job_seconds", "How long the first job of a queue has waited", "queue", now.oldest)
    yield _gauge("ocrbot_refused_jobs", "Jobs refused because others than this deployment wrote them", now.refused)
    yield _gauge("ocrbot_redis_used_bytes", "Memory that Redis uses", now.used_bytes)
    yield _gauge("ocrbot_redis_most_bytes", "Memory that Redis may use; 0: all there is", now.most_bytes)


def _today(today: Days) -> Iterable[_Family]:
    """Yield the counts of the day, which begin anew at midnight in China, as counters do when a process restarts."""
    yield _counter("ocrbot_closed_messages", "Messages that came to their end", today.messages)
    yield _counter("ocrbot_cancelled_messages", "Messages that a person cancelled", today.cancelled)
    yield _counter("ocrbot_answered_messages", "Answered messages with something to read", today.answered)
    yield _counter("ocrbot_answer_seconds", "Seconds from these messages to the ends of their answers", today.seconds)
    failures = CounterMetricFamily("ocrbot_failures", "Files and messages without a document", labels=["reason"])
    for reason, count in today.failures.items():
        failures.add_metric([reason], count)
    yield failures


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
