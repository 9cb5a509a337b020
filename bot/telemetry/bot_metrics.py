"""The Prometheus metrics of `ocrbot bot`, which also shows what is in Redis for all processes."""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from bot.storage.jobs.backlog import BacklogReader
from bot.telemetry.backlog_metrics import BacklogMetrics


class BotMetrics:
    """Count messages and reloads, and ask Redis at each scrape for what waits."""

    def __init__(self, backlog: BacklogReader) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "ocrbot_messages", "Messages by what became of them", ["result"], registry=self.registry
        )
        self._reloads = Counter(
            "ocrbot_reloads", "Changed configurations by result", ["result"], registry=self.registry
        )
        self._failures = Counter(
            "ocrbot_background_failures", "Background work of the bot that failed", ["work"], registry=self.registry
        )
        self._started_over = Counter(
            "ocrbot_tasks_started_over", "Open tasks on which nothing worked any more", registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(BacklogMetrics(backlog))

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
        self._gauge("ocrbot_failing_background_works", "Background works that keep failing", lambda: len(failing()))

    def started_over(self) -> None:
        """Count an open task that the sweeper started over."""
        self._started_over.inc()

    def connected(self, state: Callable[[], bool]) -> None:
        """Show at each scrape whether there is a connection to DingTalk."""
        self._gauge("ocrbot_dingtalk_connected", "1 while there is a connection to DingTalk", state)

    def last_frame(self, at: Callable[[], float]) -> None:
        """Show at each scrape what `at` returns: when the last frame came from DingTalk, 0 before the first."""
        text = "When the last frame came from DingTalk, in Unix seconds; 0: none yet"
        self._gauge("ocrbot_last_frame_timestamp_seconds", text, at)

    def last_sweep(self, at: Callable[[], float]) -> None:
        """Show at each scrape what `at` returns: when the sweeper last got through, 0 before the first time."""
        text = "When the open tasks were last checked, in Unix seconds; 0: not yet"
        self._gauge("ocrbot_last_sweep_timestamp_seconds", text, at)

    def _gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(value)
