"""`ocrbot api webhooks test`: whether a client's server takes a signed event."""

import argparse
import secrets
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.domain.errors import Misconfigured
from bot.domain.requests.client import Client, ClientWebhook
from bot.domain.webhooks.calling import CallWebhook, WebhookAddress
from bot.domain.webhooks.event import event_body

_TYPE: Final = "webhook.test"


def test_webhooks(
    clients: Sequence[Client],
    options: argparse.Namespace,
    call: CallWebhook,
    say: Callable[[str], None],
    *,
    now: float,
) -> int:
    """Send an event to the webhooks that the options name, once each; return 0 if all took it, else 1.

    `now` is in Unix seconds. Raises `Misconfigured` if there is no such client or webhook.
    """
    chosen = _chosen(clients, options.client, options.webhook)
    taken = [_is_taken(webhook, call, say, now=now) for webhook in chosen]
    return int(not all(taken))


def _is_taken(webhook: ClientWebhook, call: CallWebhook, say: Callable[[str], None], *, now: float) -> bool:
    event_id = f"test-{secrets.token_hex(8)}"
    body = event_body(_TYPE, {"id": event_id, "kind": "test", "status": "done", "reference": ""}, at=now)
    answer = call(WebhookAddress(url=webhook.url, secrets=webhook.secret), event_id, body)
    said = "taken" if answer.taken else "not taken, and a real event would be sent again"
    if answer.refused_for_good:
        said = "not taken, and a real event would not be sent again"
    say(f"{webhook.name} at {urlsplit(webhook.url).hostname}: {said}: {answer.said}")
    return answer.taken


def _chosen(clients: Sequence[Client], name: str, webhook: str) -> tuple[ClientWebhook, ...]:
    client = next((client for client in clients if client.name == name), None)
    if client is None:
        known = ", ".join(client.name for client in clients) or "none"
        raise Misconfigured(f"there is no client {name}: the file has {known}")
    chosen = tuple(one for one in client.webhooks if webhook in {"", one.name})
    if not chosen:
        known = ", ".join(one.name for one in client.webhooks) or "none"
        raise Misconfigured(f"the client {name} has no webhook {webhook}".rstrip() + f": it has {known}")
    return chosen
