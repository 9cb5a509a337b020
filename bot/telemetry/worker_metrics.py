"""The Prometheus metrics of `ocrbot worker`: steps, files, questions to the engine, calls to DingTalk, webhooks."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600)


class WorkerMetrics:
    """Takes down what a worker does. Safe to use from several threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._steps = self._histogram("ocrbot_step_seconds", "Seconds a step took", "step", "result")
        self._files = self._histogram("ocrbot_file_seconds", "Seconds from a reader taking a file to its end", "result")
        self._questions = self._histogram("ocrbot_engine_seconds", "Seconds an engine took for a picture", "result")
        self._calls = self._histogram("ocrbot_dingtalk_seconds", "Seconds a call to DingTalk took", "call", "result")
        self._hedges = Counter(
            "ocrbot_hedges", "Pictures that were late and asked at a second engine", ["result"], registry=self.registry
        )
        self._webhooks = Counter(
            "ocrbot_webhook_calls", "Events sent to clients' webhooks", ["result"], registry=self.registry
        )
        self._in_flight = Gauge("ocrbot_engine_in_flight", "Pictures at the engine now", registry=self.registry)

    def step_ended(self, step: str, result: str, seconds: float) -> None:
        """Count a step: done, again (it is put off) or failed."""
        self._steps.labels(step, result).observe(seconds)

    def file_read(self, result: str, seconds: float) -> None:
        """Count a file: read, or why not."""
        self._files.labels(result).observe(seconds)

    def engine_asked(self) -> None:
        """Count a picture that goes to the engine."""
        self._in_flight.inc()

    def engine_answered(self, result: str, seconds: float) -> None:
        """Count the engine's answer to a picture: how it stopped, or why there is none."""
        self._in_flight.dec()
        self._questions.labels(result).observe(seconds)

    def hedged(self, result: str) -> None:
        """Count a picture that two engines were asked for: won by the second, lost, failed; or refused for its cost."""
        self._hedges.labels(result).inc()

    def webhook_called(self, result: str) -> None:
        """Count an event that was sent to a webhook: taken, failed (it is tried again) or given_up."""
        self._webhooks.labels(result).inc()

    def dingtalk_called(self, call: str, result: str, seconds: float) -> None:
        """Count a call to DingTalk by the last part of its path: ok, no_answer, or the code of the refusal."""
        self._calls.labels(call, result).observe(seconds)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, buckets=_SECONDS, registry=self.registry)
