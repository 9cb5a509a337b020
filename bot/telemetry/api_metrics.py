"""The Prometheus metrics of `ocrbot api`: its answers by route and status."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ApiMetrics:
    """Takes down what the API does. Routes are named by their patterns, never by what callers send."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._answers = Counter(
            "ocrbot_api_answers", "Answers by route, method and status", ["route", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "ocrbot_api_seconds", "Seconds until an answer begins", ["route", "method"], buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._reloads = Counter(
            "ocrbot_api_reloads", "Changed clients.toml and configurations by result", ["result"],
            registry=self.registry,
        )  # fmt: skip
        self._failures = Counter(
            "ocrbot_api_background_failures", "Background work of the API that failed", ["work"],
            registry=self.registry,
        )  # fmt: skip
        self._started_over = Counter(
            "ocrbot_api_tasks_started_over", "Open tasks on which nothing worked any more", registry=self.registry
        )
        self.open = Gauge("ocrbot_api_open_requests", "Requests that are being answered", registry=self.registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def reload(self, result: str) -> None:
        """Count a changed file: taken, refused or held_back."""
        self._reloads.labels(result).inc()

    def background_failed(self, work: str) -> None:
        """Count a failure of a background work, by its name; it is begun again."""
        self._failures.labels(work).inc()

    def started_over(self) -> None:
        """Count an open task that the sweeper started over."""
        self._started_over.inc()
