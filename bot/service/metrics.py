"""The Prometheus metrics of `ocrbot bot`, served on an address of their own if one is set."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from bot.storage.ledger import Ledger
from bot.storage.queue import QueueLengths


class Metrics:
    """Count messages and reloads, and at each scrape ask Redis for the open tasks and waiting jobs."""

    def __init__(self, ledger: Ledger, queue: QueueLengths) -> None:
        self._registry = CollectorRegistry()
        self._messages = Counter(
            "ocrbot_messages", "Messages by what became of them", ["result"], registry=self._registry
        )
        self._reloads = Counter(
            "ocrbot_reloads", "Changed configurations by result", ["result"], registry=self._registry
        )
        self._failures = Counter(
            "ocrbot_background_failures", "Background work of the bot that failed", ["work"], registry=self._registry
        )
        self._registry.register(_Backlog(ledger, queue))

    def message(self, result: str) -> None:
        """Count a message: taken, seen (delivered before) or dropped."""
        self._messages.labels(result).inc()

    def reload(self, result: str) -> None:
        """Count a changed configuration: taken, refused or held_back."""
        self._reloads.labels(result).inc()

    def background_failed(self, work: str) -> None:
        """Count a failure of a background work, by its name; it is begun again."""
        self._failures.labels(work).inc()

    def failing_works(self, failing: Callable[[], Sequence[str]]) -> None:
        """Show at each scrape how many background works keep failing: other than 0, the bot is not healthy."""
        gauge = Gauge("ocrbot_failing_background_works", "Background works that keep failing", registry=self._registry)
        gauge.set_function(lambda: len(failing()))

    def last_frame(self, at: Callable[[], float]) -> None:
        """Show at each scrape what `at` returns: when the last frame came from DingTalk, 0 before the first."""
        gauge = Gauge(
            "ocrbot_last_frame_timestamp_seconds",
            "When the last frame came from DingTalk, in Unix seconds; 0: none yet",
            registry=self._registry,
        )
        gauge.set_function(at)

    def serve(self, listen: str) -> None:
        """Serve on `listen`, host:port, from a thread; raises `OSError` if that address is not available."""
        host, port = listen.rsplit(":", 1)
        start_http_server(int(port), host, self._registry)


class _Backlog(Collector):
    """The open tasks and waiting jobs. While Redis is down these metrics are absent."""

    def __init__(self, ledger: Ledger, queue: QueueLengths) -> None:
        self._ledger = ledger
        self._queue = queue

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return the metrics without values, so that registering them does not ask Redis."""
        return [_open_tasks(), _waiting_jobs(), _refused_jobs()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the metrics with the values that Redis has now, none if it cannot be reached."""
        tasks, jobs, refused = _open_tasks(), _waiting_jobs(), _refused_jobs()
        try:
            tasks.add_metric([], self._ledger.open_tasks())
            for name, count in self._queue.waiting().items():
                jobs.add_metric([name], count)
            refused.add_metric([], self._queue.refused())
        except RedisError:
            return []
        return [tasks, jobs, refused]


def _open_tasks() -> GaugeMetricFamily:
    return GaugeMetricFamily("ocrbot_open_tasks", "Messages that have no answer yet")


def _waiting_jobs() -> GaugeMetricFamily:
    return GaugeMetricFamily("ocrbot_waiting_jobs", "Jobs that wait, by queue", labels=["queue"])


def _refused_jobs() -> GaugeMetricFamily:
    return GaugeMetricFamily("ocrbot_refused_jobs", "Jobs that workers refused: others than this deployment wrote them")
