"""Telling clients of the API that a request has ended, as a protocol."""

from typing import Final, Protocol

from bot.domain.requests.record import RequestRecord


class WebhookCalls(Protocol):
    """Has the webhook called that a request names."""

    def enqueue(self, record: RequestRecord) -> None:
        """Note that the call is to be made for a request that has ended, and return; this may be repeated.

        Raises `RedisError` if it cannot be noted.
        """


class _NoWebhookCalls:
    def enqueue(self, record: RequestRecord) -> None:
        """Do nothing."""


NO_WEBHOOK_CALLS: Final[WebhookCalls] = _NoWebhookCalls()
