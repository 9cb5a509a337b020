"""The Prometheus metrics of the CPU engine's service."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)


class ServiceMetrics:
    """Takes down the pictures that the service reads; `taken` returns how many it holds now."""

    def __init__(self, taken: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._seconds = Histogram(
            "ocrbot_page_seconds", "Seconds of reading a picture", buckets=_SECONDS, registry=self.registry
        )
        self._turned_away = Counter(
            "ocrbot_pictures_turned_away", "Pictures that were not read", ["code"], registry=self.registry
        )
        held = Gauge("ocrbot_pictures_held", "Pictures that are read or wait", registry=self.registry)
        held.set_function(taken)

    def read(self, seconds: float) -> None:
        """Count a picture that was read."""
        self._seconds.observe(seconds)

    def turned_away(self, code: str) -> None:
        """Count an answer that is an error."""
        self._turned_away.labels(code).inc()

    def page(self) -> tuple[bytes, str]:
        """Return the page for Prometheus and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4
