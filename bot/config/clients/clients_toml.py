"""Reads clients.toml into clients, strictly, and reports all problems at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Final
from urllib.parse import urlsplit

from bot.config.file_types import AnyWords, FileTable, Number, SpokenWords, Text, rules, whole_number
from bot.config.file_validation import validate
from bot.config.toml_file import parse_toml
from bot.domain.problems import Problem
from bot.domain.requests.client import KEEP_SECONDS, MOST_KEEP_HOURS, Client, ClientRole, ClientWebhook, is_client_name

FILE: Final = "clients.toml"
HASH_PREFIX: Final = "sha256:"
_HOUR: Final = 3600
_MOST_A_MINUTE: Final = 100_000
_MOST_A_DAY: Final = 100_000_000
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,}={0,2}")  # at least 24 bytes, as Standard Webhooks asks for


def _client_name(text: str) -> Iterator[str]:
    if not is_client_name(text):
        yield "must be up to 40 of a-z, 0-9 and -, and not local"


def _token_hashes(words: Iterable[str]) -> Iterator[str]:
    if any(re.fullmatch(f"{HASH_PREFIX}[0-9a-f]{{64}}", word) is None for word in words):
        yield "must hold hashes as `ocrbot api clients new` writes them, sha256:…, never tokens"


def _webhook_url(text: str) -> Iterator[str]:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.fragment
    except ValueError:
        good = False
    if not good:
        yield "must be https://host/path or http://host/path, without a user"


def _webhook_secret(text: str) -> Iterator[str]:
    if not _SECRET.fullmatch(text):
        yield "must be whsec_ and at least 24 random bytes in Base64, as `openssl rand -base64 32` gives"


class _WebhookTable(FileTable):
    name: Annotated[Text, rules(_client_name)]
    url: Annotated[Text, rules(_webhook_url)]
    secret: Annotated[Text, rules(_webhook_secret)]


class _ClientTable(FileTable):
    name: Annotated[Text, rules(_client_name)]
    role: ClientRole = ClientRole.READER
    tokens: Annotated[AnyWords, rules(_token_hashes)] = ()
    prompts: SpokenWords = ()
    requests_a_minute: Annotated[Number, whole_number(1, _MOST_A_MINUTE)] = 600
    pages_a_minute: Annotated[Number, whole_number(1, _MOST_A_MINUTE)] = 600
    pages_a_day: Annotated[Number, whole_number(1, _MOST_A_DAY)] = 20_000
    keep_hours: Annotated[Number, whole_number(1, MOST_KEEP_HOURS)] = KEEP_SECONDS // _HOUR
    webhooks: tuple[_WebhookTable, ...] = ()


class _ClientsFile(FileTable):
    clients: tuple[_ClientTable, ...] = ()


def read_clients(source: str) -> tuple[tuple[Client, ...], list[Problem]]:
    """Return the clients in the TOML `source` of clients.toml, and all problems of the file."""
    toml = parse_toml(source, name=FILE)
    if toml.error:
        return (), [toml.error]
    file, problems = validate(_ClientsFile, toml)
    for names in ([client.name for client in file.clients], *_webhook_names(file)):
        twice = (name for name, count in Counter(names).items() if count > 1 and name)
        problems += [Problem(file=FILE, key="clients", what=f'holds the name "{name}" twice') for name in twice]
    hashes = Counter(token for client in file.clients for token in client.tokens)
    if any(count > 1 for count in hashes.values()):
        problems.append(Problem(file=FILE, key="clients", what="holds a token twice: each belongs to one client"))
    return tuple(map(_converted, file.clients)), problems


def _webhook_names(file: _ClientsFile) -> Iterator[list[str]]:
    for client in file.clients:
        yield [webhook.name for webhook in client.webhooks]


def _converted(table: _ClientTable) -> Client:
    return Client(
        name=table.name,
        role=table.role,
        token_hashes=tuple(token.removeprefix(HASH_PREFIX) for token in table.tokens),
        prompts=table.prompts,
        requests_per_minute=table.requests_a_minute,
        pages_per_minute=table.pages_a_minute,
        pages_per_day=table.pages_a_day,
        keep_seconds=table.keep_hours * _HOUR,
        webhooks=tuple(ClientWebhook(**dict(webhook)) for webhook in table.webhooks),
    )
