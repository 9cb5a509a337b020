"""The admins' part of the API in the test's own process, over a real Redis and a copy of the configuration."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from redis import Redis

from bot.api.admin.examples import ExampleRunner
from bot.api.admin.parts import AdminParts
from bot.api.admin.prompt_set import PromptSetReader
from bot.api.admin.trials import PromptTrials
from bot.api.app import build_app
from bot.api.clients_known import KnownClients
from bot.api.parts import ApiParts
from bot.api.upload_room import UploadRoom
from bot.config import folder as config_folder
from bot.config.editing.draft import PromptFolder
from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.document import Outcome
from bot.domain.limits import MEGABYTE
from bot.domain.requests.client import Client, ClientRole
from bot.storage.house.house_reader import HouseReader, HouseSettings, WatchedBudget
from bot.storage.requests.rates import Rates
from bot.storage.store import Store
from bot.storage.trials.answers import TrialAnswers
from bot.storage.trials.example_runs import ExampleRuns
from bot.telemetry.api_metrics import ApiMetrics
from bot.telemetry.health import HealthChecks
from workers.exports.by_format import make
from workers.steps.requests.ending import RequestEnding

CONFIG = Path(__file__).parents[2] / "config"
NOW = 1_795_320_000.0  # 2026-11-22 12:00 in China


def _client(name: str, role: ClientRole) -> Client:
    return Client(name=name, role=role, token_hashes=(hashlib.sha256(f"ocr_{name}".encode()).hexdigest(),))


class _NoWebhooks:
    """Calls nobody."""

    def enqueue(self, record: object) -> None:
        """Take no notice."""


@dataclass
class AdminApi:
    """The application; the client `office` is an admin, `erp` a reader. `config` is a copy of the shipped folder."""

    redis: Redis
    folder: Path

    def __post_init__(self) -> None:
        self.config = self.folder / "config"
        shutil.copytree(CONFIG, self.config)
        self.store = Store(self.redis)
        self.answers = TrialAnswers(self.redis)
        self.clients = [_client("office", ClientRole.ADMIN), _client("erp", ClientRole.READER)]
        trials = PromptTrials(self.store.requests, self.answers, clock=lambda: NOW, limits=MESSAGE_LIMITS)
        live = config_folder.load(self.config)
        budget = WatchedBudget(name="webhook", key="webhook:robot", limit=20, seconds=62.0)
        self.parts = ApiParts(
            clients=KnownClients(lambda: self.clients, on_loopback=False),
            config=lambda: live,
            clock=lambda: NOW,
            health=HealthChecks(),
            metrics=ApiMetrics(),
            requests=self.store.requests,
            rates=Rates(self.redis),
            export=make,
            engine="rapid",
            uploads=UploadRoom(64 * MEGABYTE),
            admin=AdminParts(
                folder=PromptFolder(self.config),
                prompt_set=PromptSetReader(self.config, lambda: live, engine="rapid", takes_prompts=False),
                trials=trials,
                examples=ExampleRunner(
                    config=self.config,
                    trials=trials,
                    runs=ExampleRuns(self.redis),
                    engine="rapid",
                    takes_prompts=False,
                ),
                house=HouseReader(
                    self.redis,
                    HouseSettings(
                        engine="rapid",
                        engine_kind="rapid",
                        engine_urls=("http://engine:8765",),
                        most_bytes=2**31,
                        budgets=(budget,),
                    ),
                    lambda: self.clients,
                ),
                chats=self.store.chat_documents,
            ),
        )
        self.app = build_app(self.parts)

    def caller(self, name: str = "office", headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """Return a client that sends the token of this name; "" for none."""
        given = {"Authorization": f"Bearer ocr_{name}"} if name else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers={**given, **(headers or {})}, timeout=30
        )

    def finish(self, request_id: str, outcome: Outcome) -> None:
        """Have a request end with this outcome, as if its file were read."""
        task = self.store.requests.task(request_id)
        assert task is not None
        self.store.claim([task], now=NOW)
        self.store.put_outcome(task.id, 0, outcome)
        RequestEnding(store=self.store, webhooks=_NoWebhooks(), clock=lambda: NOW).end(task)

    def text(self, name: str) -> str:
        """Return the text of a prompt file."""
        return (self.config / "prompts" / f"{name}.toml").read_text(encoding="utf-8")
