"""A client's server that webhooks are sent to: a process of its own, which is told how to behave, killed, begun anew.

It writes each request as a line of JSON to a file, so that nothing is lost with it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_START_SECONDS = 60.0  # the machine may be busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class WebhookReceiver:
    """The receiver on `port`; its behaviour is a word, or a status, see `_Handler`."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def behave(self, how: str) -> None:
        """Behave so from now on: a status, with a Retry-After if wanted ("503 7"), hold, hang, late 0.5, drip,
        huge, redirect.
        """
        (self.folder / "behaviour").write_text(how)

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        command = [sys.executable, __file__, str(self.port), str(self.folder)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the receiver did not start")

    def kill(self) -> None:
        """Kill the process, whatever it is doing."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def requests(self) -> list[dict[str, Any]]:
        """Return the requests so far: `path`, `headers` and `body`."""
        path = self.folder / "requests"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def ids(self) -> list[str]:
        return [request["headers"]["webhook-id"] for request in self.requests()]


@contextmanager
def receiving(folder: Path, how: str = "204") -> Iterator[WebhookReceiver]:
    """A receiver that runs while the block does, unless it is killed."""
    folder.mkdir(exist_ok=True)
    receiver = WebhookReceiver(folder=folder)
    receiver.behave(how)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.kill()


class _Handler(BaseHTTPRequestHandler):
    """Takes a request down, then behaves as the file says."""

    folder: Path

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self._take_down(body)
        how, _, after = (self.folder / "behaviour").read_text().partition(" ")
        if how == "hang":
            time.sleep(600)
        elif how == "hold":
            while (self.folder / "behaviour").read_text() == "hold":
                time.sleep(0.02)
            self._answer(204, {})
        elif how == "late":
            time.sleep(float(after))
            self._answer(204, {})
        elif how == "drip":
            self._drip()
        elif how == "huge":
            self._huge()
        elif how == "redirect":
            self._answer(302, {"location": f"http://127.0.0.1:{self.server.server_port}/elsewhere"})  # type: ignore[attr-defined]
        else:
            self._answer(int(how), {"retry-after": after} if after else {})

    def _take_down(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        line = json.dumps({"path": self.path, "headers": headers, "body": body.decode()})
        with (self.folder / "requests").open("a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def _drip(self) -> None:
        """Send an answer that never ends, byte by byte, so that no single wait is long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(2000):
            self.wfile.write(b"x" * 1_000_000)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def _serve(port: int, folder: Path) -> None:
    _Handler.folder = folder
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]))
