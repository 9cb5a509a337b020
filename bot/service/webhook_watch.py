"""Watches over events for webhooks: lost ones are started over, and admins hear of those that were given up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.storage.jobs.webhook_events import GivenUp
from bot.storage.jobs.webhook_queue import WebhookQueue

_POLL_SECONDS: Final = 10.0

_log = structlog.get_logger("ocrbot.webhooks")


class WebhookWatch:
    """Polls Redis. Runs in every `ocrbot bot` and `ocrbot api`; only one of them takes each lost event.

    `tell_admins` may be called twice for the same webhook, and tells them once a day. Without it they are left to a
    process that can tell them.
    """

    def __init__(self, webhooks: WebhookQueue, tell_admins: Callable[[GivenUp], Awaitable[None]] | None = None) -> None:
        self._webhooks = webhooks
        self._tell_admins = tell_admins

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
        await asyncio.to_thread(self._webhooks.start_lost_over)
        if self._tell_admins is None:
            return
        for given_up in await asyncio.to_thread(self._webhooks.events.given_up):
            await self._tell_admins(given_up)
            await asyncio.to_thread(self._webhooks.events.told, given_up)
