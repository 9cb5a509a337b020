"""Lists of requests, the latest first, a page at a time: what a page costs does not grow with how many there are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis

from bot.domain.errors import Undecodable
from bot.domain.requests.record import RequestFilter, RequestRecord
from bot.storage.requests.record_fields import ALL_CLIENTS, of_prompt, of_reference, of_state, record_in, whole
from bot.storage.requests.request_keys import API_REQUEST

_AT_ONCE: Final = 50  # requests that are looked at
_MOST_LOOKS: Final = 10  # for one page
_DRIFT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRequests:
    """One page; `next` leads to the following one, "" at the end. A page may be short and yet not the last."""

    records: tuple[RequestRecord, ...]
    next: str = ""


class Listing:
    """Finds requests by what they have in common."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def listed(self, client: str | None, wanted: RequestFilter, cursor: str, limit: int) -> ListedRequests:
        """Return the requests of a client, None for all, that fit; raises `ValueError` if the cursor is none."""
        index = self._shortest(client if client is not None else ALL_CLIENTS, wanted)
        below = _begin(wanted) if not cursor else float(cursor)
        found: list[RequestRecord] = []
        for _ in range(_MOST_LOOKS):
            ids = self._ids(index, below, wanted.since)
            for (request_id, below), fields in zip(ids, self._fields([one for one, _ in ids]), strict=True):
                record = readable_record(fields)
                if not fields:
                    self._redis.zrem(index, request_id)  # it is forgotten
                elif record is not None and wanted.fits(record):
                    found.append(record)
                if len(found) == limit:
                    return ListedRequests(records=tuple(found), next=repr(below))
            if len(ids) < _AT_ONCE:
                return ListedRequests(records=tuple(found))
        return ListedRequests(records=tuple(found), next=repr(below))

    def _shortest(self, scope: str, wanted: RequestFilter) -> str:
        """Return the index with the fewest requests among those that hold all that are wanted."""
        indexes = [whole(scope)]
        indexes += [of_state(scope, wanted.state)] if wanted.state is not None else []
        indexes += [of_prompt(scope, wanted.prompt)] if wanted.prompt else []
        indexes += [of_reference(scope, wanted.reference)] if wanted.reference else []
        if len(indexes) == 1:
            return indexes[0]
        with self._redis.pipeline(transaction=False) as pipe:
            for index in indexes:
                pipe.zcard(index)
            sizes = cast("list[int]", pipe.execute())
        return min(zip(sizes, indexes, strict=True))[1]

    def _ids(self, index: str, below: float, since: float | None) -> list[tuple[str, float]]:
        end = "-inf" if since is None else since
        found = self._redis.zrange(
            index, f"({below!r}", end, desc=True, byscore=True, offset=0, num=_AT_ONCE, withscores=True
        )
        return [(one.decode(), place) for one, place in cast("list[tuple[bytes, float]]", found)]

    def _fields(self, request_ids: Sequence[str]) -> list[dict[bytes, bytes]]:
        with self._redis.pipeline(transaction=False) as pipe:
            for request_id in request_ids:
                pipe.hgetall(API_REQUEST.key(request_id))
            return cast("list[dict[bytes, bytes]]", pipe.execute())


def _begin(wanted: RequestFilter) -> float:
    """Return the place below which all wanted requests are: that of a request may be a little later than its time."""
    return math.inf if wanted.until is None else wanted.until + _DRIFT_SECONDS


def readable_record(fields: dict[bytes, bytes]) -> RequestRecord | None:
    """Return the request in a hash, None if there is none or another version of ocrbot wrote it."""
    try:
        return record_in(fields)
    except (Undecodable, ValueError, LookupError):
        return None
