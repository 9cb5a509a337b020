"""Having clients' servers told of events: the event is stored first, then its job is enqueued."""

from dataclasses import dataclass
from typing import Final

import structlog

from bot.domain.webhooks.event import WebhookEvent
from bot.storage.jobs.signed_call import WEBHOOK
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.queue import TaskQueue

_MOST_WAITING: Final = 200  # jobs in the queue; above it those that count as lost only wait

_log = structlog.get_logger("ocrbot.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCalls:
    """Enqueues the calls of webhooks."""

    events: WebhookEvents
    queue: TaskQueue

    def enqueue(self, event: WebhookEvent, *, now: float) -> None:
        """Have an event sent; the same event twice changes nothing. Once this returns, it is not lost."""
        self.events.add(event, now=now)
        self.queue.webhooks([(event.id, 0)])

    def start_lost_over(self, *, now: float) -> None:
        """Enqueue the jobs of events that nothing works on any more."""
        if self.queue.waiting()[WEBHOOK] >= _MOST_WAITING:
            return
        lost = self.events.take_lost(now=now)
        for event_id, generation in lost:
            _log.warning("webhook started over", event_id=event_id, generation=generation)
        self.queue.webhooks(lost)
