"""A collector of OpenTelemetry that keeps what it is sent: OTLP by HTTP, as its specification has it.

It takes POSTs of protobuf to /v1/traces, gzipped or not, and refuses others with the status that real ones give. While
`answers` is not set it takes a request and gives no answer.
"""

import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSpan:
    """A span as it arrived; ids are in hexadecimal, `facts` are its attributes."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    facts: Mapping[str, str | int | float | bool]
    failed: bool


@dataclass(kw_only=True)
class OtlpCollector:
    """Use it as a context; its `url` is for OCRBOT_TRACES__ENDPOINT."""

    answers: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)  # set by the first request
    bodies: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers.set()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[SentSpan]:
        return [span for body in self.bodies for span in _spans(body)]

    def traces(self) -> Mapping[str, Sequence[SentSpan]]:
        found = defaultdict(list)
        for span in self.spans():
            found[span.trace].append(span)
        return found


def _handler(collector: OtlpCollector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.asked.set()
            collector.answers.wait()
            status = self._status(body)
            if status == 200:
                collector.bodies.append(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _status(self, body: bytes) -> int:
            if self.path != "/v1/traces":
                return 404
            if self.headers.get("Content-Type") != "application/x-protobuf":
                return 415
            try:
                ExportTraceServiceRequest.FromString(body)
            except DecodeError:
                return 400
            return 200

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler


def _spans(body: bytes) -> list[SentSpan]:
    found = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = next(one.value.string_value for one in resource.resource.attributes if one.key == "service.name")
        for scope in resource.scope_spans:
            found += [
                SentSpan(
                    service=service,
                    name=span.name,
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    facts={one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes},
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                )
                for span in scope.spans
            ]
    return found
