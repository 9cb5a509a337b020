"""What each client may take: requests and pages a minute, pages a day; told in the headers of the IETF's draft.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from bot.api.callers import Calling
from bot.api.parts import ApiParts, Given
from bot.api.problems import ApiProblem, no_room
from bot.domain.china import CHINA
from bot.domain.requests.client import Client
from bot.domain.texts import api as texts
from bot.storage.requests.rates import DayQuota, RateLeft, RatePolicy, TakenRates

REQUESTS: Final = "requests"
PAGES: Final = "pages"
_MINUTE: Final = 60
_DAY: Final = 24 * 3600
_FULL_SECONDS: Final = "30"


async def limited(request: Request, client: Calling, parts: Given) -> Client:
    """Return the client that calls and count its request; raises `ApiProblem` once it has made too many."""
    taken = await run_in_threadpool(_take, parts, client, requests=1, pages=0)
    _tell(request, taken.left)
    if taken.refused is not None:
        raise _rate_exceeded(taken.refused)
    return client


Limited = Annotated[Client, Depends(limited)]


async def admitted(request: Request, client: Calling, parts: Given) -> Client:
    """Do the same before an upload; raises `ApiProblem` too if there is no room for more."""
    if parts.is_full():
        raise no_room(_FULL_SECONDS)
    taken, waiting = await run_in_threadpool(_take_and_count, parts, client)
    _tell(request, taken.left)
    if taken.refused is not None:
        raise _rate_exceeded(taken.refused)
    if parts.most_waiting and waiting >= parts.most_waiting:
        headers = {"Retry-After": _FULL_SECONDS}
        raise ApiProblem(HTTPStatus.SERVICE_UNAVAILABLE, "too-many-waiting", texts.too_many_waiting(), headers=headers)
    return client


Admitted = Annotated[Client, Depends(admitted)]


def take_pages(request: Request, parts: ApiParts, client: Client, pages: int) -> None:
    """Count pages that a client wants read; raises `ApiProblem` if they are too many, for this minute or this day."""
    day = DayQuota(pages=client.pages_per_day, now=parts.clock())
    taken = _take(parts, client, requests=0, pages=min(pages, client.pages_per_minute), day=day)
    if taken.day_is_over:
        raise _quota_exceeded(day.now)
    _tell(request, taken.left)
    if taken.refused is not None:
        raise _rate_exceeded(taken.refused)


def rate_headers(left: Iterable[RateLeft]) -> dict[str, str]:
    """Return the headers that tell of policies and of what is left."""
    left = tuple(left)
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window}' for one in left
        ),
        "RateLimit": ", ".join(f'"{one.policy.name}";r={one.remaining};t={one.reset}' for one in left),
    }


def _take(parts: ApiParts, client: Client, *, requests: int, pages: int, day: DayQuota | None = None) -> TakenRates:
    return parts.rates.take(
        client.name,
        [
            (RatePolicy(name=REQUESTS, quota=client.requests_per_minute, window=_MINUTE), requests),
            (RatePolicy(name=PAGES, quota=client.pages_per_minute, window=_MINUTE), pages),
        ],
        day,
    )


def _take_and_count(parts: ApiParts, client: Client) -> tuple[TakenRates, int]:
    waiting = parts.requests.waiting(client.name) if parts.most_waiting else 0
    return _take(parts, client, requests=1, pages=0), waiting


def _tell(request: Request, left: Iterable[RateLeft]) -> None:
    """Have the headers go with whatever is answered."""
    request.state.headers = rate_headers(left)


def _rate_exceeded(refused: RateLeft) -> ApiProblem:
    return ApiProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "rate-exceeded",
        texts.rate_exceeded(),
        headers={"Retry-After": str(max(1, refused.reset))},
    )


def _quota_exceeded(now: float) -> ApiProblem:
    today = datetime.fromtimestamp(now, CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = int((today + timedelta(days=1)).timestamp() - now) + 1
    return ApiProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "quota-exceeded",
        texts.quota_exceeded(),
        headers={"Retry-After": str(min(seconds, _DAY))},
    )
