"""What operators see of a worker: its reading, its downloads and its calls to DingTalk, with metrics and traces."""

from dataclasses import dataclass

from bot.domain.message import Attachment, DingTalkConversation
from bot.domain.outbox import Download
from bot.telemetry.worker_metrics import WorkerMetrics
from bot.tracing import NO_TRACING, Tracing
from workers.engines.base import Engine
from workers.metered import MeteredEngine, MeteredReader
from workers.readers.base import FileReader
from workers.readers.pool import PoolSettings, ReaderPool
from workers.recorded import KeepCalls, RecordedEngine, RecordedFiles, RecordedReader
from workers.traced import TracedEngine, TracedFiles, TracedReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Takes down what a worker does; without traces it costs only the metrics."""

    metrics: WorkerMetrics
    tracing: Tracing

    def reader(
        self, engine: Engine, settings: PoolSettings, keep: KeepCalls, second: Engine | None = None
    ) -> FileReader:
        """Return a pool of readers that ask `engine`, whose files and answers are taken down, and the `second` one.

        `keep` gets what the engine answered about each file of a trial.
        """
        files = RecordedFiles()
        recorded = RecordedEngine(engine=engine, files=files)
        return RecordedReader(reader=self._watched(recorded, settings, second), files=files, keep=keep)

    def _watched(self, engine: Engine, settings: PoolSettings, second: Engine | None) -> FileReader:
        metered = MeteredEngine(engine=engine, meter=self.metrics)
        if self.tracing is NO_TRACING:
            return MeteredReader(reader=ReaderPool(metered, settings, second=second), meter=self.metrics)
        files = TracedFiles(tracing=self.tracing)
        pool = ReaderPool(TracedEngine(engine=metered, files=files), settings, second=second)
        return TracedReader(reader=MeteredReader(reader=pool, meter=self.metrics), files=files)

    def download(self, download: Download) -> Download:
        """Return a download that is taken down with its size."""

        def taken_down(attachment: Attachment, recipient: DingTalkConversation, /) -> bytes:
            with self.tracing.part("download") as span:
                data = download(attachment, recipient)
                span.note(bytes=len(data))
                return data

        return taken_down

    def called(self, call: str, result: str, seconds: float) -> None:
        """Take down a call to DingTalk, see `bot.dingtalk.api.OnCall`."""
        self.metrics.dingtalk_called(call, result, seconds)
        self.tracing.ended("dingtalk", seconds=seconds, call=call, result=result)
