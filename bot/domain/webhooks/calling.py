"""A call of a webhook: where it goes, what came back, and when it is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

TRIED_SECONDS: Final = 24 * 3600.0  # for which a call is tried
LONGEST_PAUSE: Final = 5400.0  # with a fifth more it stays below what a job may be put off
_PAUSES: Final = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
_LEAST_PAUSE: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAddress:
    """Where a webhook of a client is, and the secrets that calls of it are signed with, separated by spaces."""

    url: str
    secrets: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What came of a call: an HTTP status, 0 if there was none; and `said`, in a few words for operators."""

    status: int = 0
    said: str
    retry_after: float | None = None  # seconds for which the receiver asks to be left alone

    @property
    def taken(self) -> bool:
        """Whether the receiver has the event."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def refused_for_good(self) -> bool:
        """Whether the receiver wants no more of it: 410, by the specification of Standard Webhooks."""
        return self.status == HTTPStatus.GONE


def pause_before_next(tries: int, retry_after: float | None) -> float:
    """Return the seconds to wait after so many tries, from 1; the receiver's wish counts if it is not too long."""
    if retry_after is not None:
        return min(max(retry_after, _LEAST_PAUSE), LONGEST_PAUSE)
    return _PAUSES[tries - 1] if tries <= len(_PAUSES) else LONGEST_PAUSE


CallWebhook = Callable[[WebhookAddress, str, bytes], WebhookAnswer]
"""Sends an event, by its id and its body, once; what goes wrong is in the answer."""

FindWebhook = Callable[[str, str], WebhookAddress | None]
"""Returns where the webhook of this client and name is now, None if there is none; raises `Misconfigured`."""
