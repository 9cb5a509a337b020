"""The addresses where operators see metrics and health."""

from prometheus_client import CollectorRegistry
from redis import Redis

from bot.console.listening import cannot_listen
from bot.domain.errors import Misconfigured
from bot.storage.connection import answers
from bot.telemetry.exposition import Exposition
from bot.telemetry.health import HealthChecks


def exposition(listen: str, setting: str, registry: CollectorRegistry, health: HealthChecks) -> Exposition | None:
    """Return what serves on `listen`, None if that is empty; raises `Misconfigured`, naming the `setting`."""
    if not listen:
        return None
    try:
        return Exposition(listen, registry, health)
    except (OSError, OverflowError) as error:
        raise cannot_listen(listen, setting, error) from error


def redis_check(client: Redis) -> str:
    """Return "" if Redis answers, otherwise what is wrong."""
    try:
        return "" if answers(client) else "no answer"
    except Misconfigured as error:
        return str(error)
