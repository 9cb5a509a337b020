"""The workers that are registered in Redis, as RQ writes them down."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from redis import Redis

from bot.domain.house.state import WorkerState
from bot.storage.jobs.signed_call import QUEUES, READ
from bot.storage.keys.rq import ALL_WORKERS
from bot.storage.queue import PARALLEL

_MOST_WORKERS: Final = 500
_FIELDS: Final = ("hostname", "queues", "birth", "last_heartbeat", PARALLEL, "death")


class WorkersSeen:
    """Reads them in two round trips."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def now(self) -> tuple[WorkerState, ...]:
        """Return the workers that live, by host; those that were killed are there for another minute."""
        keys = sorted(cast("set[bytes]", self._redis.smembers(ALL_WORKERS.key())))[:_MOST_WORKERS]
        with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hmget(key, *_FIELDS)
            found = cast("list[list[bytes | None]]", pipe.execute())
        by_host: dict[str, list[_Listener]] = {}
        for fields in found:
            if (listener := _listener(fields)) is not None:
                by_host.setdefault(listener.host, []).append(listener)
        return tuple(_host_state(host, listeners) for host, listeners in sorted(by_host.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listener:
    """What takes the jobs of one queue; a worker process has several."""

    host: str
    queues: tuple[str, ...]
    parallel: int
    started_at: float | None
    seen_at: float | None


def _listener(fields: list[bytes | None]) -> _Listener | None:
    """Return what RQ wrote of a listener, None for one that has ended."""
    host, queues, birth, heartbeat, parallel, death = (
        value.decode(errors="replace") if value else "" for value in fields
    )
    if death or not heartbeat:
        return None
    return _Listener(
        host=host,
        queues=tuple(filter(None, queues.split(","))),
        parallel=int(parallel) if parallel.isdigit() else 0,
        started_at=_seconds(birth),
        seen_at=_seconds(heartbeat),
    )


def _host_state(host: str, listeners: list[_Listener]) -> WorkerState:
    reading = [listener.parallel for listener in listeners if READ in listener.queues]
    started = [listener.started_at for listener in listeners if listener.started_at is not None]
    seen = [listener.seen_at for listener in listeners if listener.seen_at is not None]
    queues = {queue for listener in listeners for queue in listener.queues}
    return WorkerState(
        host=host,
        queues=tuple(sorted(queues, key=QUEUES.index)) if queues <= {*QUEUES} else tuple(sorted(queues)),
        parallel=sum(reading),
        started_at=min(started, default=None),
        seen_at=max(seen, default=None),
    )


def _seconds(text: str) -> float | None:
    """Return a time as RQ writes it, in UTC, in Unix seconds."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
