"""The API in the test's own process, over a real Redis: what clients send comes in, what is read is made up."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI
from redis import Redis

from bot.api.app import build_app
from bot.api.clients_known import KnownClients
from bot.api.parts import ApiParts
from bot.api.upload_room import UploadRoom
from bot.config import folder as config_folder
from bot.domain.document import Outcome
from bot.domain.limits import MEGABYTE
from bot.domain.message import ApiClient
from bot.domain.requests.client import Client, ClientRole, ClientWebhook
from bot.storage.requests.rates import Rates
from bot.storage.store import Store
from bot.telemetry.api_metrics import ApiMetrics
from bot.telemetry.health import HealthChecks
from workers.exports.by_format import make
from workers.steps.requests.ending import RequestEnding

CONFIG = Path(__file__).parents[2] / "config"
SECRET = "whsec_" + "A" * 44


def token_of(name: str) -> str:
    """Return the token of a client of `clients`."""
    return f"ocr_{name}"


def a_client(name: str, **more: object) -> Client:
    """Return a client with the token that `token_of` gives."""
    hashed = hashlib.sha256(token_of(name).encode()).hexdigest()
    return Client(name=name, token_hashes=(hashed,), **more)  # type: ignore[arg-type]


ERP = a_client("erp", webhooks=(ClientWebhook(name="booked", url="https://erp.example.com/hook", secret=SECRET),))
SHOP = a_client("shop")
OFFICE = a_client("office", role=ClientRole.ADMIN)


class NoWebhooks:
    """Calls nobody."""

    def enqueue(self, record: object) -> None:
        """Take no notice."""


@dataclass
class ApiHouse:
    """The application, and what a test changes of it."""

    redis: Redis
    clients: list[Client] = field(default_factory=lambda: [ERP, SHOP, OFFICE])
    now: float = 1_795_320_000.0  # 2026-11-22 12:00 in China
    full: bool = False
    most_waiting: int = 0
    upload_bytes: int = 512 * MEGABYTE
    on_loopback: bool = True

    def __post_init__(self) -> None:
        self.store = Store(self.redis)
        self.config = config_folder.load(CONFIG)
        self.metrics = ApiMetrics()
        self.parts = ApiParts(
            requests=self.store.requests,
            rates=Rates(self.redis),
            clients=KnownClients(lambda: self.clients, on_loopback=self.on_loopback),
            config=lambda: self.config,
            clock=lambda: self.now,
            health=HealthChecks(ready={"redis": lambda: ""}),
            metrics=self.metrics,
            export=make,
            engine="rapid",
            uploads=UploadRoom(self.upload_bytes),
            is_full=lambda: self.full,
            most_waiting=self.most_waiting,
        )
        self.app: FastAPI = build_app(self.parts)

    def caller(self, name: str = "erp", headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """Return a client that sends the token of this name; "" for none."""
        given = {"Authorization": f"Bearer {token_of(name)}"} if name else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers={**given, **(headers or {})}, timeout=30
        )

    def finish(self, request_id: str, *outcomes: Outcome) -> None:
        """Have a request end with these outcomes, as if its files were read."""
        task = self.store.requests.task(request_id)
        assert task is not None
        assert isinstance(task.recipient, ApiClient)
        self.store.claim([task], now=self.now)
        for index, outcome in enumerate(outcomes):
            self.store.put_outcome(task.id, index, outcome)
        RequestEnding(store=self.store, webhooks=NoWebhooks(), clock=lambda: self.now).end(task)


def errors_of(response: httpx.Response) -> Sequence[str]:
    """Return which values a problem names."""
    return [one["at"] for one in response.json()["errors"]]
