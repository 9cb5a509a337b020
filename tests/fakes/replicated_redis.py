"""A Redis with a replica and a Sentinel, all on this machine, whose master can be killed."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.console.local_redis import find_server
from bot.storage.replicas.sentinels import Sentinels

MASTER = "ocrbot"
_DOWN_MILLISECONDS = 1000
_START_SECONDS = 60.0  # the master waits some seconds for further replicas, and the machine may be busy


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class ReplicatedRedis:
    """`master` and `replica` are ports; after a failover they have changed their parts."""

    folder: Path
    sentinels: int = 1
    master: int = field(default_factory=free_port)
    replica: int = field(default_factory=free_port)
    sentinel_ports: list[int] = field(default_factory=list)
    _processes: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.start(self.master)
        self.start(self.replica, of=self.master)
        until(lambda: self.info(self.replica).get("master_link_status") == "up")
        for _ in range(self.sentinels):
            self._start_sentinel()
        for port in self.sentinel_ports:
            until(partial(_sees_replica, port))
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    @property
    def addresses(self) -> Sentinels:
        return Sentinels(addresses=tuple(("127.0.0.1", port) for port in self.sentinel_ports), master=MASTER)

    def start(self, port: int, *, of: int | None = None) -> None:
        options = ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"]
        if of is not None:
            options += ["--replicaof", f"127.0.0.1 {of}"]
        self._run(port, [find_server(), "--port", str(port), "--bind", "127.0.0.1", *options])
        until(lambda: self.info(port))

    def kill(self, port: int) -> None:
        """As a power cut would."""
        self._processes[port].kill()
        self._processes.pop(port).wait()

    def info(self, port: int) -> dict[str, object]:
        """What a server says of its replication; nothing if it does not answer."""
        with client(port) as redis:
            try:
                return dict(redis.info("replication"))
            except RedisError:
                return {}

    def _start_sentinel(self) -> None:
        port = free_port()
        config = self.folder / f"sentinel-{port}.conf"
        config.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor {MASTER} 127.0.0.1 {self.master} {self.sentinels // 2 + 1}\n"
            f"sentinel down-after-milliseconds {MASTER} {_DOWN_MILLISECONDS}\n"
            f"sentinel failover-timeout {MASTER} 5000\n"
        )
        self._run(port, [find_server(), str(config), "--sentinel"])
        self.sentinel_ports.append(port)

    def _run(self, port: int, command: Sequence[str]) -> None:
        self._processes[port] = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )


def client(port: int) -> Redis:
    return Redis(port=port, retry=Retry(NoBackoff(), 0), socket_timeout=2)


def until(condition: object) -> None:
    assert callable(condition)
    ends = time.monotonic() + _START_SECONDS
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def _sees_replica(port: int) -> bool:
    with client(port) as sentinel:
        try:
            return len(sentinel.sentinel_slaves(MASTER)) == 1
        except RedisError:
            return False


@contextmanager
def replicated_redis(folder: Path, *, sentinels: int = 1) -> Iterator[ReplicatedRedis]:
    """Run them while the block lasts."""
    with ReplicatedRedis(folder=folder, sentinels=sentinels) as servers:
        yield servers
