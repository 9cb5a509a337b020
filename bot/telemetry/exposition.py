"""An HTTP address for operators: `/metrics` for Prometheus, `/live` and `/ready` for whoever restarts processes."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from bot.telemetry.health import HealthChecks

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True  # a slow reader must not keep the process from ending


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing: these requests come every few seconds."""


class Exposition:
    """Takes the address when it is made, so that a wrong one is seen at once; a process forked later may start it.

    Raises `OSError` or `OverflowError` if `listen`, host:port, is not available.
    """

    def __init__(self, listen: str, registry: CollectorRegistry, health: HealthChecks) -> None:
        host, port = listen.rsplit(":", 1)
        self._server = make_server(
            host.strip("[]"), int(port), _application(registry, health), _ThreadingServer, _SilentHandler
        )

    @property
    def port(self) -> int:
        """The port, also if 0 was asked for."""
        return self._server.server_port

    def start(self) -> None:
        """Answer from a thread until the process ends."""
        Thread(target=self._server.serve_forever, name="telemetry", daemon=True).start()


def _application(registry: CollectorRegistry, health: HealthChecks) -> "WSGIApplication":
    metrics: WSGIApplication = make_wsgi_app(registry)
    checks: dict[str, Callable[[], tuple[int, bytes]]] = {"/live": health.is_live, "/ready": health.is_ready}

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start)
        status, body = checks[path]() if path in checks else (404, b"/metrics, /live, /ready\n")
        kind = "application/json" if path in checks else "text/plain"
        start(f"{status} {HTTPStatus(status).phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return answer
