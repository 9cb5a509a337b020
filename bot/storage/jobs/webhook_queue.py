"""Having clients' servers told of events: the event is stored first, then its job is enqueued."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from bot.domain.requests.record import RequestRecord
from bot.domain.webhooks.event import WebhookEvent, event_of
from bot.storage.jobs.signed_call import WEBHOOK
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.queue import TaskQueue

_MOST_WAITING: Final = 200  # jobs in the queue; above it those that count as lost only wait

_log = structlog.get_logger("ocrbot.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookQueue:
    """Enqueues the calls of webhooks; `clock` gives Unix seconds. It is a `bot.domain.requests.webhook_calls`."""

    events: WebhookEvents
    jobs: TaskQueue
    clock: Callable[[], float]

    def enqueue(self, record: RequestRecord) -> None:
        """Have the webhook called that a request names, which has ended; this may be repeated."""
        self.enqueue_event(event_of(record))

    def enqueue_event(self, event: WebhookEvent) -> None:
        """Have an event sent; the same event twice changes nothing. Once this returns, it is not lost.

        Of a request that was deleted meanwhile nobody is told.
        """
        if self.events.add(event, now=self.clock()):
            self.jobs.webhooks([(event.id, 0)])

    def start_lost_over(self) -> None:
        """Enqueue the jobs of events that nothing works on any more."""
        if self.jobs.waiting()[WEBHOOK] >= _MOST_WAITING:
            return
        lost = self.events.take_lost(now=self.clock())
        for event_id, generation in lost:
            _log.warning("webhook started over", event_id=event_id, generation=generation)
        self.jobs.webhooks(lost)
