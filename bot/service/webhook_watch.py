"""Watches over events for webhooks: lost ones are started over, and admins hear of those that were given up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.storage.jobs.webhook_calls import WebhookCalls
from bot.storage.jobs.webhook_events import GivenUp

_POLL_SECONDS: Final = 10.0

_log = structlog.get_logger("ocrbot.webhooks")


class WebhookWatch:
    """Polls Redis. Runs in every `ocrbot bot`; only one of them takes each lost event. `clock` gives Unix seconds.

    `tell_admins` may be called twice for the same webhook, and tells them once a day.
    """

    def __init__(
        self, calls: WebhookCalls, tell_admins: Callable[[GivenUp], Awaitable[None]], clock: Callable[[], float]
    ) -> None:
        self._calls = calls
        self._tell_admins = tell_admins
        self._clock = clock

    async def run(self) -> None:
        """Look every ten seconds until cancelled; while Redis is down, keep trying."""
        while True:
            try:
                await self.look()
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
            await asyncio.sleep(_POLL_SECONDS)

    async def look(self) -> None:
        """Start lost events over, and tell admins of those that were given up."""
        await asyncio.to_thread(lambda: self._calls.start_lost_over(now=self._clock()))
        for given_up in await asyncio.to_thread(self._calls.events.given_up):
            await self._tell_admins(given_up)
            await asyncio.to_thread(self._calls.events.told, given_up)
