"""The event that says that a document or a batch has ended, as the body of a webhook call."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.requests.submission import RequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """A request that has ended, and the webhook of its client that is to hear of it."""

    request: str  # the request's id
    kind: RequestKind
    status: RequestState  # DONE or FAILED
    reference: str  # the caller's own id of the request
    ended_at: float  # Unix seconds
    client: str
    webhook: str  # its name among the client's webhooks

    @property
    def id(self) -> str:
        """The id that stays the same however often the event is sent, so that receivers can drop repeats."""
        return event_id(self.request, self.status)

    def body(self) -> bytes:
        """Return the JSON that is sent, the same each time: type, time and whereabouts, nothing that was read.

        The form is the payload of the Standard Webhooks specification: https://www.standardwebhooks.com
        """
        data = {"id": self.request, "kind": self.kind, "status": self.status, "reference": self.reference}
        return event_body(f"{self.kind}.{self.status}", data, at=self.ended_at)


def event_id(request: str, status: RequestState) -> str:
    """Return the id of the event that a request has ended so."""
    return f"{request}-{status}"


def event_of(record: RequestRecord) -> WebhookEvent:
    """Return the event that a request has ended, which names a webhook."""
    return WebhookEvent(
        request=record.id,
        kind=record.kind,
        status=record.state,
        reference=record.reference,
        ended_at=record.finished_at or record.submitted_at,
        client=record.client,
        webhook=record.webhook,
    )


def event_body(kind: str, data: dict[str, str], *, at: float) -> bytes:
    """Return the body of an event of this type: UTF-8 JSON; `at` is in Unix seconds."""
    timestamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, ensure_ascii=False).encode()
