"""The engines at addresses of the settings."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.domain.errors import Misconfigured
from bot.storage.engine_notes import RedisEngineNotes
from bot.wiring.engine_profiles import profile_choice
from workers.engines import clients
from workers.engines.base import Engine
from workers.engines.second import SecondEngine

if TYPE_CHECKING:
    from redis import Redis

# What tells one start of a server from others is not among them: pictures are sent only to a start that was proven.
_RARELY_CHANGE = ("rest:", "failures:", "served:", "no-priority:")


def remote_engine(
    loaded: Settings, client: "Redis | None" = None, *, hedged: Callable[[str], None] | None = None
) -> Engine:
    """Return a client of the engines at OCRBOT_ENGINE__URLS; with Redis, all workers share their notes on them.

    `hedged` gets what became of each question that two addresses were asked. Raises `Misconfigured` if the model's
    licence excludes where it is used.
    """
    token = loaded.engine.token.get_secret_value()
    if loaded.engine.kind == "rapid":
        return clients.rapid(loaded.engine.urls, token=token, hedged=hedged)
    choice = profile_choice(loaded)
    choice.require_allowed()
    notes = RedisEngineNotes(client, remembered=_RARELY_CHANGE) if client is not None else None
    return clients.vllm(loaded.engine.urls, choice=choice, token=token, notes=notes, hedged=hedged)


def second_engine(loaded: Settings) -> Engine | None:
    """Return a client of the CPU engine at OCRBOT_ENGINE__SECOND, None if there is none.

    Raises `Misconfigured` if the CPU engine is the first one too.
    """
    if not loaded.engine.second:
        return None
    if loaded.engine.kind == "rapid":
        raise Misconfigured(
            "OCRBOT_ENGINE__SECOND names the CPU engine, which reads already: leave it empty, or set "
            "OCRBOT_ENGINE__KIND=vllm"
        )
    return SecondEngine(engine=clients.rapid(loaded.engine.second, token=loaded.engine.token.get_secret_value()))
