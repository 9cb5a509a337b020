"""Finding Redis through Sentinel: a master with replicas, of which one takes its place if it fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection, SentinelManagedSSLConnection

from bot.domain.errors import Misconfigured

_SENTINEL_SECONDS: Final = 2.0  # for one Sentinel to answer, before the next is asked
_OF_ADDRESS: Final = ("host", "port", "path", "connection_class")  # what a URL says of a server that Sentinel names


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinels:
    """Where Sentinels listen, how they call the master, and the user and password that they ask for, "" for none."""

    addresses: tuple[tuple[str, int], ...]
    master: str
    user: str = ""
    password: str = ""


class _AskingSentinel(SentinelManagedConnection):
    """A connection to the master that asks Sentinel each time it is made.

    redis-py asks only where a pool hands a connection out; one that is kept, as that on which a worker waits for jobs,
    would be made anew at the address of the former master.
    """

    def connect_check_health(self, check_health: bool = True, retry_socket_connect: bool = True) -> None:  # noqa: FBT001, FBT002 - redis-py's
        """Connect to the present master, unless it is Sentinel's answer that is being connected to."""
        if retry_socket_connect:
            self.connect()  # type: ignore[no-untyped-call]
        else:
            super().connect_check_health(check_health=check_health, retry_socket_connect=False)


class _AskingSentinelSecurely(_AskingSentinel, SentinelManagedSSLConnection):
    """The same over TLS."""


def parse_addresses(text: str) -> tuple[tuple[str, int], ...]:
    """Return the addresses in "host:port,host:port"; raises `ValueError`."""
    found = [part.strip().rpartition(":") for part in text.split(",") if part.strip()]
    return tuple((host.strip("[]"), int(port)) for host, _, port in found)


def master_client(url: str, sentinels: Sentinels, options: Mapping[str, Any]) -> Redis:
    """Return a client of the present master, which finds the next one after a failover.

    `url` gives user, password, database and whether it is TLS; its host does not count. Raises `Misconfigured` for one
    of a unix socket.
    """
    given = parse_url(url)  # type: ignore[no-untyped-call]
    if "path" in given:
        raise Misconfigured("OCRBOT_REDIS__URL is a unix socket, but OCRBOT_REDIS__SENTINELS name the address")
    secure = url.startswith("rediss:")
    to_sentinels = {
        "username": sentinels.user or None,
        "password": sentinels.password or None,
        "socket_timeout": _SENTINEL_SECONDS,
        "socket_connect_timeout": _SENTINEL_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "ssl": secure,
    }
    manager = Sentinel(list(sentinels.addresses), sentinel_kwargs=to_sentinels)  # type: ignore[no-untyped-call]
    of_user = {name: value for name, value in given.items() if name not in _OF_ADDRESS}
    kind = _AskingSentinelSecurely if secure else _AskingSentinel
    options = {**of_user, **options, "connection_class": kind}
    client: Redis = manager.master_for(sentinels.master, **options)  # type: ignore[no-untyped-call]
    return client
