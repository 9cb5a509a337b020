"""`ocrbot api clients`: who may use the API."""

import argparse
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bot.config.clients.clients_file import add_client, load_clients, remove_client
from bot.config.clients.clients_toml import FILE
from bot.domain.requests.client import Client, ClientRole, token_hash

TOKEN_PREFIX: Final = "ocr_"  # noqa: S105 - it is what makes a token known as one
_TOKEN_BYTES: Final = 32  # 43 characters in URL-safe Base64
_HOUR: Final = 3600

Print = Callable[[str], None]


def new_client(directory: Path, options: argparse.Namespace, say: Print) -> int:
    """Add a client, and print its token, of which only a hash is kept."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    add_client(directory, options.name, token_hash(token), role=ClientRole(options.role), prompts=tuple(options.prompt))
    say(f"client {options.name} added to {directory / FILE}; a running api knows it within seconds")
    say("its token, which is not shown again:")
    say(token)
    return 0


def list_clients(directory: Path, _: argparse.Namespace, say: Print) -> int:
    """Print a line for each client."""
    clients = load_clients(directory)
    for client in clients:
        say(_line_about(client))
    if not clients:
        say("no client yet: only this machine is served, without a token; `ocrbot api clients new NAME` makes one")
    return 0


def revoke_client(directory: Path, options: argparse.Namespace, say: Print) -> int:
    """Take a client out of the file."""
    remove_client(directory, options.name)
    say(f"client {options.name} taken out of {directory / FILE}; a running api refuses its tokens within seconds")
    return 0


CLIENT_COMMANDS: Final[Mapping[str, Callable[[Path, argparse.Namespace, Print], int]]] = {
    "new": new_client,
    "list": list_clients,
    "revoke": revoke_client,
}


def _line_about(client: Client) -> str:
    webhooks = ", ".join(webhook.name for webhook in client.webhooks) or "none"
    return (
        f"{client.name}: {client.role}, {len(client.token_hashes)} token(s), "
        f"prompts {', '.join(client.prompts) or 'all'}, {client.requests_per_minute} requests and "
        f"{client.pages_per_minute} pages a minute, {client.pages_per_day} pages a day, "
        f"kept {client.keep_seconds // _HOUR} h, webhooks {webhooks}"
    )
