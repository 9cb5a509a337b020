"""Requests of API clients for tests, and their feeder."""

from collections.abc import Sequence
from typing import Any

from redis import Redis

from bot.domain.prompt import Prompt
from bot.domain.requests.record import Accepted, RequestState
from bot.domain.requests.submission import RequestKind, Submission
from bot.domain.task import Read
from bot.service.feeder import Feeder
from bot.storage.queue import TaskQueue
from bot.storage.requests.course import pages_key
from bot.storage.requests.request_keys import API_REQUEST
from bot.storage.store import Store

TEXT = Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00")


def submission(client: str = "erp", *, names: Sequence[str] = ("a.png",), **values: Any) -> Submission:
    kind = RequestKind.BATCH if len(names) > 1 else RequestKind.DOCUMENT
    return Submission(client=client, names=tuple(names), read=Read(prompt=TEXT), **{"kind": kind, **values})


def send(store: Store, files: Sequence[bytes] = (b"one",), *, now: float, **values: Any) -> Accepted:
    """Have the store accept files of a client, by default of `erp`."""
    names = tuple(f"{number}.png" for number in range(len(files)))
    return store.requests.accept(submission(names=names, **values), files, now=now)


def feed(store: Store, queue: TaskQueue, *, now: float, at_once: int = 100) -> int:
    """Let as many requests as may be begun take their turn."""
    return Feeder(store, queue, lambda: now, at_once=at_once).feed()


def put_ended(redis: Redis, request_id: str, state: RequestState = RequestState.DONE) -> None:
    """Let there be a request that has ended so, of which nothing else is known."""
    redis.hset(API_REQUEST.key(request_id), "state", state.value)
    redis.expire(API_REQUEST.key(request_id), 3600)


def pages_of_day(redis: Redis, client: str, now: float) -> int:
    """Return how many pages of a client were read on the day of `now`, as its quota counts them."""
    return int(redis.get(pages_key(client, now)) or 0)
