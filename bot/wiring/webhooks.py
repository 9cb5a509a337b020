"""What is needed to call clients' webhooks, and `ocrbot api webhooks test`."""

import argparse
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bot.config.clients.clients_file import load_clients
from bot.config.clients.live_clients import LiveClients
from bot.config.settings import Settings
from bot.console.printing import print_line
from bot.console.webhook_test import test_webhooks
from bot.domain.webhooks.calling import WebhookAddress
from bot.webhooks.addresses import internal_hosts
from bot.webhooks.sending import WebhookSender
from bot.wiring.clients import clients_folder
from workers.steps.webhook import WebhookParts


class WebhooksOfNow:
    """Finds webhooks in `clients.toml` as it is at each call. Safe to use from several threads.

    A file that went bad is not used: webhooks stay as they were.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._clients: LiveClients | None = None
        self._lock = threading.Lock()

    def __call__(self, client: str, webhook: str) -> WebhookAddress | None:
        """Return where a webhook is, None if there is none; raises `Misconfigured` if the file was never good."""
        with self._lock:
            if self._clients is None:
                self._clients = LiveClients(self._directory)
            self._clients.poll()
            clients = self._clients.current()
        found = next((known.webhook(webhook) for known in clients if known.name == client), None)
        return None if found is None else WebhookAddress(url=found.url, secrets=found.secret)


def webhook_parts(loaded: Settings, *, clock: Callable[[], float], count: Callable[[str], None]) -> WebhookParts:
    """Return where webhooks are and how they are called; `clock` gives Unix seconds."""
    return WebhookParts(find=WebhooksOfNow(clients_folder(loaded)), call=_sender(loaded, clock), count=count)


def test(loaded: Settings, options: argparse.Namespace) -> int:
    """Send a test event to a client's webhooks and print what came back; raises `Misconfigured`."""
    clients = load_clients(clients_folder(loaded))
    return test_webhooks(clients, options, _sender(loaded, time.time), print_line, now=time.time())


def _sender(loaded: Settings, clock: Callable[[], float]) -> WebhookSender:
    return WebhookSender(internal_hosts(loaded.webhooks.internal), clock=clock)
