"""Traces of OpenTelemetry, sent over OTLP by HTTP. Only imported where an address for them is set.

Which trace a span belongs to is told by its task's id alone, so that nothing has to travel with a task: each process
of each release finds the same trace, whose root is the arrival of the message.
"""

import hashlib
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import requests
import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags

from bot.domain.errors import OcrbotError, Refused
from bot.tracing import Fact, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan

_PATH: Final = "/v1/traces"
_SEND_SECONDS: Final = 5.0  # that sending a batch may take; meanwhile further spans wait in memory
_FLUSH_SECONDS: Final = 3.0  # for which a process that ends waits for the last batch
_EVERY_MILLISECONDS: Final = 1000
_MOST_WAITING: Final = 8192  # spans, some 2 KB each; beyond that the oldest are dropped
_BATCH: Final = 512
_NANOSECONDS: Final = 1_000_000_000
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_TASK_ID: Final = re.compile(r"[0-9a-f]{20}")
_OUTSIDE: Final = frozenset({"engine", "download", "dingtalk"})  # what others are asked for
_TRACE_ID_BYTES, _SPAN_ID_BYTES = 16, 8

_log = structlog.get_logger("ocrbot.traces")
_current: ContextVar["_TracedWork | None"] = ContextVar("traced_work", default=None)
_chosen: ContextVar[SpanContext | None] = ContextVar("chosen_ids", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TracedWork:
    """A span of a task."""

    span: trace.Span
    task_id: str

    def note(self, **facts: Fact) -> None:
        """Add facts; a text that is no word of the program is left out, so that nothing recognised ever goes."""
        for name, fact in facts.items():
            if not isinstance(fact, str) or _WORD.fullmatch(fact):
                self.span.set_attribute(f"ocrbot.{name}", fact)


class OtlpTraces:
    """A `Tracing` that sends to a collector at `endpoint`, http(s)://host:port with or without a path.

    An endpoint that does not answer costs nothing but the spans. The standard variables OTEL_EXPORTER_OTLP_HEADERS and
    OTEL_EXPORTER_OTLP_CERTIFICATE work; proxies of the environment are not used.
    """

    def __init__(self, endpoint: str, *, process: str) -> None:
        self._endpoint = endpoint.rstrip("/") + _PATH
        self._process = process
        self._provider: TracerProvider | None = None
        self._tracer: trace.Tracer = trace.NoOpTracer()

    def start(self) -> None:
        """Begin to send, from a thread; not before a fork, which would not take the thread along."""
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it would tell of each batch
        session = requests.Session()
        session.trust_env = False
        exporter = OTLPSpanExporter(self._endpoint, timeout=_SEND_SECONDS, session=session)
        self._provider = TracerProvider(
            resource=Resource(
                {
                    "service.name": f"ocrbot-{self._process}",
                    "service.version": version("ocrbot"),
                    "service.instance.id": uuid4().hex,
                }
            ),
            sampler=ALWAYS_ON,
            id_generator=_ChosenIds(),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                _TellingExporter(exporter),
                max_queue_size=_MOST_WAITING,
                max_export_batch_size=_BATCH,
                schedule_delay_millis=_EVERY_MILLISECONDS,
            )
        )
        self._tracer = self._provider.get_tracer("ocrbot")

    def stop(self) -> None:
        """Send the rest, as far as the collector takes it within seconds."""
        if self._provider is not None:
            flushing = Thread(target=self._provider.shutdown, daemon=True)
            flushing.start()
            flushing.join(_FLUSH_SECONDS)

    def message(self, task_id: str, *, began: float, again: bool, **facts: Fact) -> None:
        """Take down the arrival of a message, the root of its task's trace; `began` is in Unix seconds."""
        root = _root(task_id)
        start = int(began * _NANOSECONDS)
        token = _chosen.set(None if again else root)
        try:
            context = _below(root) if again else trace.set_span_in_context(trace.INVALID_SPAN)
            span = self._tracer.start_span("message", context, kind=SpanKind.SERVER, start_time=start)
        finally:
            _chosen.reset(token)
        _TracedWork(span=span, task_id=task_id).note(task=task_id, **facts)
        span.end()

    @contextmanager
    def step(self, name: str, task_id: str) -> Iterator[Span]:
        """Take down a step of a task, and as parts of it what begins in its context."""
        with self._work(name, task_id, _below(_root(task_id)), SpanKind.CONSUMER) as work:
            yield work

    @contextmanager
    def part(self, name: str, *, of: Span | None = None) -> Iterator[Span]:
        """Take down a part `of` another piece of work, else of that in whose context it begins; of none, nothing."""
        whole = of if isinstance(of, _TracedWork) else _current.get()
        if whole is None:
            yield _TracedWork(span=trace.INVALID_SPAN, task_id="")
            return
        with self._work(name, whole.task_id, trace.set_span_in_context(whole.span), _kind(name)) as work:
            yield work

    def ended(self, name: str, *, seconds: float, **facts: Fact) -> None:
        """Take down a part of the work in whose context this is called, which has taken `seconds` and ended now."""
        whole = _current.get()
        if whole is None:
            return
        now = time.time_ns()
        context, start = trace.set_span_in_context(whole.span), now - int(seconds * _NANOSECONDS)
        span = self._tracer.start_span(name, context, kind=_kind(name), start_time=start)
        _TracedWork(span=span, task_id=whole.task_id).note(task=whole.task_id, **facts)
        span.end(now)

    @contextmanager
    def _work(self, name: str, task_id: str, context: "Context", kind: SpanKind) -> Iterator[_TracedWork]:
        span = self._tracer.start_span(name, context, kind=kind)
        work = _TracedWork(span=span, task_id=task_id)
        work.note(task=task_id)
        token = _current.set(work)
        try:
            yield work
        except BaseException as error:
            work.note(error=_word_for(error))
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            _current.reset(token)
            span.end()


class _ChosenIds(RandomIdGenerator):
    """Gives a root the ids that every process can tell, and other spans random ones."""

    def generate_trace_id(self) -> int:
        """Return the id of the trace that is to begin."""
        chosen = _chosen.get()
        return super().generate_trace_id() if chosen is None else chosen.trace_id

    def generate_span_id(self) -> int:
        """Return the id of the span that is to begin."""
        chosen = _chosen.get()
        return super().generate_span_id() if chosen is None else chosen.span_id


class _TellingExporter(SpanExporter):
    """Sends batches, and logs when they begin not to arrive and when they arrive again, not each time."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._arrive = True

    def export(self, spans: "Sequence[ReadableSpan]") -> SpanExportResult:
        """Send some spans; return whether they arrived."""
        result = self._exporter.export(spans)
        arrive = result is SpanExportResult.SUCCESS
        if arrive and not self._arrive:
            _log.info("traces arrive again")
        elif self._arrive and not arrive:
            _log.warning("traces do not arrive and are dropped: is the collector at OCRBOT_TRACES__ENDPOINT up?")
        self._arrive = arrive
        return result

    def shutdown(self) -> None:
        """Give up on what has not arrived."""
        self._exporter.shutdown()


def _root(task_id: str) -> SpanContext:
    """Return the first span of a task's trace, whose id begins with that of the task."""
    digest = hashlib.sha256(task_id.encode()).digest()
    trace_id = digest[:_TRACE_ID_BYTES].hex()
    if _TASK_ID.fullmatch(task_id):
        trace_id = task_id + trace_id[len(task_id) :]
    span_id = digest[_TRACE_ID_BYTES : _TRACE_ID_BYTES + _SPAN_ID_BYTES].hex()
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _below(parent: SpanContext) -> "Context":
    return trace.set_span_in_context(NonRecordingSpan(parent))


def _kind(name: str) -> SpanKind:
    return SpanKind.CLIENT if name in _OUTSIDE else SpanKind.INTERNAL


def _word_for(error: BaseException) -> str:
    """Return a word for an error, never its message."""
    if isinstance(error, Refused):
        return error.reason
    return type(error).__name__ if isinstance(error, OcrbotError) else "bug"
