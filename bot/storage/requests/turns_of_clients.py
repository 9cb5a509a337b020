"""Whose request is next: each client has a line, and the first of each goes in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from bot.storage import scripts
from bot.storage.keys.tasks import CLAIM, TASK, WAITING
from bot.storage.requests.request_keys import API_BEGUN, API_LINE, API_REQUEST, API_TASK, API_TURNS, UNREAD_SECONDS

_log = structlog.get_logger("ocrbot.requests")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRequest:
    """A request whose turn it is: its task as it was stored, b"" if that is gone."""

    id: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRequest:
    """A request that is begun: whether its task is open, and whether it ever was."""

    id: str
    is_known: bool  # it has neither ended nor been deleted
    is_open: bool
    was_claimed: bool
    payload: bytes  # of its task as it was stored, b"" if that is gone
    since: float  # Unix seconds


class ClientTurns:
    """The lines of all clients, and the requests that are begun. Several processes may take from them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = scripts.load(redis, "take_requests")
        self._ahead = scripts.load(redis, "requests_ahead")

    def take(self, *, most: int, now: float) -> list[TakenRequest]:
        """Take those whose turn it is until `most` are begun; one that is taken counts as begun from then on."""
        answer = cast(
            "list[bytes]",
            self._take(
                keys=[API_TURNS.key(), API_BEGUN.key()],
                args=[most, now, UNREAD_SECONDS, API_LINE.prefix, API_TASK.prefix],
            ),
        )
        return [
            TakenRequest(id=request_id.decode(), payload=payload)
            for request_id, payload in zip(answer[::2], answer[1::2], strict=True)
        ]

    def begun(self, *, before: float) -> list[BegunRequest]:
        """Return the requests that were begun before then (Unix seconds); one that is damaged counts as deleted."""
        found = cast(
            "list[tuple[bytes, float]]", self._redis.zrangebyscore(API_BEGUN.key(), "-inf", before, withscores=True)
        )
        with self._redis.pipeline(transaction=False) as pipe:
            for request_id in (one.decode() for one, _ in found):
                pipe.hmget(API_REQUEST.key(request_id), "state", "end")
                pipe.exists(TASK.key(request_id))
                pipe.exists(CLAIM.key(request_id))
                pipe.get(API_TASK.key(request_id))
            answers = iter(pipe.execute(raise_on_error=False))
        looks = zip(found, answers, answers, answers, answers, strict=True)
        return [_begun(one.decode(), since, look) for (one, since), *look in looks]

    def leave(self, request_ids: Sequence[str]) -> None:
        """Count these requests as begun no longer."""
        if request_ids:
            self._redis.zrem(API_BEGUN.key(), *request_ids)

    def any_waiting(self) -> bool:
        """Return whether a request of any client waits for its turn."""
        return bool(self._redis.exists(API_TURNS.key()))

    def waiting(self, client: str) -> int:
        """Return how many requests of a client wait for their turn."""
        return self._redis.zcard(API_LINE.key(client))

    def ahead(self, client: str, request_id: str) -> int:
        """Return how many tasks and requests are read before this one, 0 if it does not wait for its turn.

        Of each other client as many go first as of this one.
        """
        keys = [API_LINE.key(client), API_TURNS.key(), WAITING.key()]
        return cast("int", self._ahead(keys=keys, args=[request_id, client, API_LINE.prefix]))


def _begun(request_id: str, since: float, look: Sequence[Any]) -> BegunRequest:
    """Return a request by Redis' answers, of which some may be errors."""
    errors = [one for one in look if isinstance(one, RedisError)]
    if errors:
        _log.error("request damaged, the others are looked after", task=request_id, error=str(errors[0]))
    (state, end), is_open, was_claimed, payload = ((None, None), 0, 0, b"") if errors else look
    return BegunRequest(
        id=request_id,
        since=since,
        is_known=state is not None and end is None,
        is_open=bool(is_open),
        was_claimed=bool(was_claimed),
        payload=payload or b"",
    )
