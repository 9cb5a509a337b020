"""A program or a person that uses the API: what it may do, how much, and where it wants to be told."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LOCAL: Final = "local"  # who calls where no client is configured; no client of the file has this name
PERSON_PREFIX: Final = "api:"  # before a client's name where persons are counted
KEEP_SECONDS: Final = 24 * 3600
MOST_KEEP_HOURS: Final = 24 * 366
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class ClientRole(StrEnum):
    """What a client may see and change."""

    READER = "reader"  # its own documents
    ADMIN = "admin"  # everybody's documents, prompts and the house


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWebhook:
    """An address of a client that is told when a request is done, by the name that requests call it."""

    name: str
    url: str
    secret: str = field(repr=False)  # as the Standard Webhooks specification writes it: whsec_ and Base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client of the API, as `config/clients.toml` describes it."""

    name: str
    role: ClientRole = ClientRole.READER
    token_hashes: tuple[str, ...] = field(default=(), repr=False)  # `token_hash` of each of its tokens
    prompts: tuple[str, ...] = ()  # the names of those that it may use; empty for all
    requests_per_minute: int = 600
    pages_per_minute: int = 600
    pages_per_day: int = 20_000
    keep_seconds: int = KEEP_SECONDS  # how long its documents are kept once they are done
    webhooks: tuple[ClientWebhook, ...] = ()

    @property
    def is_admin(self) -> bool:
        """Whether it sees everybody's documents."""
        return self.role is ClientRole.ADMIN

    @property
    def person(self) -> str:
        """Its name where persons are counted and take turns."""
        return f"{PERSON_PREFIX}{self.name}"

    def webhook(self, name: str) -> ClientWebhook | None:
        """Return its webhook of this name."""
        return next((webhook for webhook in self.webhooks if webhook.name == name), None)

    def may_use(self, prompt: str) -> bool:
        """Return whether it may have documents read with a prompt of this name."""
        return not self.prompts or prompt in self.prompts


LOCAL_CLIENT: Final = Client(
    name=LOCAL,
    role=ClientRole.ADMIN,
    requests_per_minute=100_000,
    pages_per_minute=100_000,
    pages_per_day=100_000_000,
)


def token_hash(token: str) -> str:
    """Return what is kept of a token: tokens are 256 random bits, which no one can guess from their SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_client_name(name: str) -> bool:
    """Return whether a client may have this name: up to 40 of a-z, 0-9 and hyphens, and not the one of local callers.

    Names are parts of keys in Redis and of lines in logs.
    """
    return name != LOCAL and _NAME.fullmatch(name) is not None
