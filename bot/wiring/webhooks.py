"""What is needed to call clients' webhooks, and `ocrbot api webhooks test`."""

from collections.abc import Callable

from bot.config.settings import Settings
from bot.domain.webhooks.calling import WebhookAddress
from bot.webhooks.addresses import internal_hosts
from bot.webhooks.sending import WebhookSender
from workers.steps.webhook import WebhookParts


def webhook_parts(loaded: Settings, *, clock: Callable[[], float], count: Callable[[str], None]) -> WebhookParts:
    """Return where webhooks are, by `config/clients.toml` as it is at each call, and how they are called."""

    def find(client: str, webhook: str) -> WebhookAddress | None:
        raise NotImplementedError

    return WebhookParts(find=find, call=sender(loaded, clock=clock), count=count)


def sender(loaded: Settings, *, clock: Callable[[], float]) -> WebhookSender:
    """Return what calls webhooks at the addresses that the settings allow."""
    return WebhookSender(internal_hosts(loaded.webhooks.internal), clock=clock)
