"""What the clients of the API used today, and what waits for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from redis import Redis

from bot.domain.china import CHINA
from bot.domain.house.state import ClientUse
from bot.domain.requests.client import Client
from bot.storage.requests.course import pages_key
from bot.storage.requests.record_fields import whole
from bot.storage.requests.request_keys import API_LINE

_NUMBERS = 3  # for each client


def client_uses(redis: Redis, clients: Iterable[Client], now: float) -> tuple[ClientUse, ...]:
    """Return the use of each client on the day in China that includes `now` (Unix seconds), in one round trip.

    The busiest come first. Requests that are no longer kept are not counted, their pages are.
    """
    midnight = datetime.fromtimestamp(now, CHINA).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    known = list(clients)
    with redis.pipeline(transaction=False) as pipe:
        for client in known:
            pipe.zcount(whole(client.name), midnight, "+inf")
            pipe.get(pages_key(client.name, now))
            pipe.zcard(API_LINE.key(client.name))
        numbers = cast("list[int | bytes | None]", pipe.execute())
    uses = [
        ClientUse(
            name=client.name,
            role=client.role.value,
            requests_today=int(requests or 0),
            pages_today=int(pages or 0),
            pages_per_day=client.pages_per_day,
            waiting=int(waiting or 0),
        )
        for client, requests, pages, waiting in zip(
            known, numbers[0::_NUMBERS], numbers[1::_NUMBERS], numbers[2::_NUMBERS], strict=True
        )
    ]
    return tuple(sorted(uses, key=lambda use: (-use.waiting, -use.pages_today, use.name)))
