"""Everything that is given to the API; `bot/wiring/api/process.py` makes it, the routes ask for it as `Given`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from bot.api.admin.parts import AdminParts
from bot.api.clients_known import KnownClients
from bot.api.followers import Followers
from bot.api.upload_room import UploadRoom
from bot.config.folder import Config
from bot.domain.attachment_format import Format
from bot.domain.replying.answer_view import AnswerView
from bot.domain.requests.client import Client
from bot.storage.replicas.waiting import NO_WAIT, ReplicaWait
from bot.storage.requests.rates import Rates
from bot.storage.requests.requests_store import Requests
from bot.telemetry.api_metrics import ApiMetrics
from bot.telemetry.health import HealthChecks


def _nobody(_key: str) -> Client | None:
    return None


def _by_client(_request: Request, client: Client) -> str:
    return client.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """The parts of one process of the API. What may be missing has a default."""

    requests: Requests
    rates: Rates
    clients: KnownClients
    config: Callable[[], Config]
    clock: Callable[[], float]  # Unix seconds
    health: HealthChecks
    metrics: ApiMetrics
    export: Callable[[AnswerView, Format], bytes]
    engine: str  # the name under which reading times are kept
    uploads: UploadRoom
    is_full: Callable[[], bool] = lambda: False  # whether no more files are taken
    most_waiting: int = 0  # requests of a client that may wait; 0: any number
    wake: Callable[[], None] = lambda: None  # called in the event loop once a request was accepted
    wait: ReplicaWait = NO_WAIT
    admin: AdminParts | None = None  # without it, admins' routes are not served
    signed_in: Callable[[str], Client | None] = _nobody  # the client of a session, by the key in its cookie
    who: Callable[[Request, Client], str] = _by_client  # who corrects a value, for people
    followers: Followers = field(default_factory=Followers)
    wrong_tokens: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(64))  # that wait at once


def parts_of(request: Request) -> ApiParts:
    """Return the parts of the application that serves a request."""
    parts: ApiParts = request.app.state.parts
    return parts


Given = Annotated[ApiParts, Depends(parts_of)]
