"""Everything that is given to the API; `bot/wiring/api.py` makes it, the routes ask for it as `Given`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from bot.api.clients_known import KnownClients
from bot.config.folder import Config
from bot.domain.requests.client import Client
from bot.telemetry.health import HealthChecks


def _nobody(_key: str) -> Client | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """The parts of one process of the API. What may be missing has a default."""

    clients: KnownClients
    config: Callable[[], Config]
    clock: Callable[[], float]  # Unix seconds
    health: HealthChecks
    metrics: CollectorRegistry
    signed_in: Callable[[str], Client | None] = _nobody  # the client of a session, by the key in its cookie


def parts_of(request: Request) -> ApiParts:
    """Return the parts of the application that serves a request."""
    parts: ApiParts = request.app.state.parts
    return parts


Given = Annotated[ApiParts, Depends(parts_of)]
