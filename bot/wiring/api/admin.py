"""The admins' part of `ocrbot api`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.api.admin.examples import ExampleRunner
from bot.api.admin.parts import AdminParts
from bot.api.admin.prompt_set import PromptSetReader
from bot.api.admin.trials import PromptTrials
from bot.config.editing.draft import PromptFolder
from bot.config.folder import Config
from bot.config.settings import Settings
from bot.dingtalk.api import DOWNLOAD, GROUP_SEND, SINGLE_SEND
from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.dingtalk.pacing import API_SECONDS
from bot.dingtalk.sending import WEBHOOK_CALLS, WEBHOOK_SECONDS
from bot.domain.limits import MEGABYTE
from bot.domain.requests.client import Client
from bot.storage.house.house_reader import HouseReader, HouseSettings, WatchedBudget
from bot.storage.store import Store
from bot.storage.trials.answers import TrialAnswers
from bot.storage.trials.example_runs import ExampleRuns
from bot.wiring.engines import remote_engine

if TYPE_CHECKING:
    from redis import Redis

_APIS = {"group_send": GROUP_SEND, "single_send": SINGLE_SEND, "download": DOWNLOAD}


def admin_parts(  # noqa: PLR0913, PLR0917 - what the parts are made of
    loaded: Settings,
    client: "Redis",
    store: Store,
    config: Callable[[], Config],
    clock: Callable[[], float],
    clients: Callable[[], Sequence[Client]],
) -> AdminParts:
    """Return the parts; `clients` gives the clients of now."""
    engine, takes_prompts = remote_engine(loaded).name, loaded.engine.kind == "vllm"
    trials = PromptTrials(store.requests, TrialAnswers(client), clock=clock, limits=MESSAGE_LIMITS)
    return AdminParts(
        folder=PromptFolder(loaded.config_dir),
        prompt_set=PromptSetReader(loaded.config_dir, config, engine=engine, takes_prompts=takes_prompts),
        trials=trials,
        examples=ExampleRunner(
            config=loaded.config_dir,
            trials=trials,
            runs=ExampleRuns(client),
            engine=engine,
            takes_prompts=takes_prompts,
        ),
        house=HouseReader(client, _house_settings(loaded, engine), clients),
        chats=store.chat_documents,
    )


def _house_settings(loaded: Settings, engine: str) -> HouseSettings:
    app = loaded.dingtalk.client_id
    calls = loaded.dingtalk.calls_per_second
    budgets = [WatchedBudget(name="webhook", key=f"webhook:{app}", limit=WEBHOOK_CALLS, seconds=WEBHOOK_SECONDS)]
    budgets += [
        WatchedBudget(name=name, key=f"api:{app}:{path}", limit=calls, seconds=API_SECONDS)
        for name, path in _APIS.items()
    ]
    return HouseSettings(
        engine=engine,
        engine_kind=loaded.engine.kind,
        engine_urls=loaded.engine.urls,
        most_bytes=loaded.redis.most_mb * MEGABYTE,
        budgets=tuple(budgets) if app else (),
    )
