"""The `webhook` step: tell a client's server that a request has ended, again and again for a day if it must be."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bot.domain.errors import Misconfigured
from bot.domain.webhooks.calling import (
    TRIED_SECONDS,
    CallWebhook,
    FindWebhook,
    WebhookAnswer,
    pause_before_next,
)
from bot.storage.jobs.webhook_events import PendingEvent
from bot.storage.queue import MOST_JITTER, again
from bot.storage.store import Store
from workers.steps.lease import calling_lease

_BUSY_SECONDS: Final = 5.0  # until an event is looked at again whose receiver has enough to do, or that another sends
_BUG_SECONDS: Final = 600.0  # a bug needs an operator and would fail again at once
_MOST_AT_ONCE: Final = 4  # calls of one webhook in one process: one that hangs leaves room for others

_log = structlog.get_logger("ocrbot.webhooks")


class CallsAtOnce:
    """Counts the calls of each webhook that are under way in this process."""

    def __init__(self, most: int = _MOST_AT_ONCE) -> None:
        self._most = most
        self._at_work: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, client: str, webhook: str) -> Iterator[bool]:
        """Take a place for a call while the block runs; False if there is none."""
        key = (client, webhook)
        with self._lock:
            has_place = self._at_work[key] < self._most
            self._at_work[key] += has_place
        try:
            yield has_place
        finally:
            with self._lock:
                self._at_work[key] -= has_place
                if not self._at_work[key]:
                    del self._at_work[key]


def _no_webhook(_client: str, _webhook: str) -> None:
    return None


def _no_call(*_: object) -> WebhookAnswer:
    return WebhookAnswer(said="this worker calls no webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookParts:
    """Where webhooks are, how they are called, and who counts the results: taken, failed and given_up."""

    find: FindWebhook = _no_webhook
    call: CallWebhook = _no_call
    count: Callable[[str], None] = lambda _result: None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStep:
    """Sends events to webhooks; `clock` gives Unix seconds."""

    store: Store
    parts: WebhookParts
    clock: Callable[[], float]
    at_once: CallsAtOnce = field(default_factory=CallsAtOnce)

    def run(self, event_id: str, generation: int) -> Any:
        """Send an event that has not ended; put it off if it did not arrive. A job that was replaced does nothing."""
        event = self.store.webhook_events.pending(event_id, generation)
        if event is None:
            return None
        with self.at_once.place(event.client, event.webhook) as has_place:
            lease = calling_lease(self.store, event_id)
            if not has_place or not lease.hold():
                return self._later(event_id, _BUSY_SECONDS)
            with lease.kept():
                return self._send(event)

    def put_off(self, event_id: str) -> Any:
        """Try again after a long pause."""
        return self._later(event_id, _BUG_SECONDS)

    def _send(self, event: PendingEvent) -> Any:
        answer = self._answer(event)
        if answer.taken:
            self.store.webhook_events.delivered(event.id)
            self.parts.count("taken")
            return None
        pause = pause_before_next(self.store.webhook_events.count_try(event.id), answer.retry_after)
        if answer.refused_for_good or self.clock() + pause * MOST_JITTER > event.since + TRIED_SECONDS:
            self.store.webhook_events.give_up(event, answer.said)
            self.parts.count("given_up")
            _log.error("webhook given up", event_id=event.id, webhook=_name(event), said=answer.said)
            return None
        self.parts.count("failed")
        _log.warning("webhook not taken", event_id=event.id, webhook=_name(event), said=answer.said, seconds=pause)
        return self._later(event.id, pause)

    def _answer(self, event: PendingEvent) -> WebhookAnswer:
        try:
            address = self.parts.find(event.client, event.webhook)
        except Misconfigured as error:
            return WebhookAnswer(said=str(error))
        if address is None:
            return WebhookAnswer(said="the client has no webhook of this name")
        return self.parts.call(address, event.id, event.body)

    def _later(self, event_id: str, seconds: float) -> Any:
        self.store.webhook_events.expect(event_id, by=self.clock() + seconds * MOST_JITTER)
        return again(seconds)


def _name(event: PendingEvent) -> str:
    return f"{event.client}/{event.webhook}"
