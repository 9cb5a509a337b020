"""The metrics that operators watch, for Prometheus, on an address of their own if one is set."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from bot.storage.ledger import Store
from bot.storage.queue import TaskQueue


class Metrics:
    """Count what one `ocrbot bot` does, and ask Redis how much is open at each scrape."""

    def __init__(self, store: Store, queue: TaskQueue) -> None:
        self._registry = CollectorRegistry()
        self._messages = Counter(
            "ocrbot_messages", "Messages by what became of them", ["result"], registry=self._registry
        )
        self._reloads = Counter(
            "ocrbot_reloads", "Changed configurations by result", ["result"], registry=self._registry
        )
        self._registry.register(_Backlog(store, queue))

    def message(self, result: str) -> None:
        """Count a message: taken, seen (delivered before) or dropped."""
        self._messages.labels(result).inc()

    def reload(self, result: str) -> None:
        """Count a changed configuration: taken, refused or held_back."""
        self._reloads.labels(result).inc()

    def serve(self, listen: str) -> None:
        """Answer on `listen`, host:port, from a thread; raises `OSError` if it cannot be listened on."""
        host, port = listen.rsplit(":", 1)
        start_http_server(int(port), host, self._registry)


class _Backlog(Collector):
    """What is open in Redis. While Redis is away these metrics are absent."""

    def __init__(self, store: Store, queue: TaskQueue) -> None:
        self._store = store
        self._queue = queue

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name what is collected, so that registering it does not ask Redis."""
        return [_open(), _waiting()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask Redis."""
        tasks, jobs = _open(), _waiting()
        try:
            tasks.add_metric([], self._store.open_tasks())
            for name, count in self._queue.waiting().items():
                jobs.add_metric([name], count)
        except RedisError:
            return []
        return [tasks, jobs]


def _open() -> GaugeMetricFamily:
    return GaugeMetricFamily("ocrbot_open_tasks", "Messages that have no answer yet")


def _waiting() -> GaugeMetricFamily:
    return GaugeMetricFamily("ocrbot_waiting_jobs", "Jobs that wait, by queue", labels=["queue"])
