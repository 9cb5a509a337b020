"""The addresses where operators see metrics and health, and where traces go."""

from prometheus_client import CollectorRegistry
from redis import Redis

from bot.config.settings import Settings
from bot.console.listening import cannot_listen
from bot.domain.errors import Misconfigured
from bot.storage.connection import answers
from bot.telemetry.exposition import Exposition
from bot.telemetry.health import HealthChecks
from bot.tracing import NO_TRACING, Tracing


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


def tracing(loaded: Settings, process: str) -> Tracing:
    """Return what takes down traces of a process, nothing if the settings name no endpoint; raises `Misconfigured`."""
    endpoint = loaded.traces.endpoint
    if not endpoint:
        return NO_TRACING
    try:
        from bot.telemetry.traces import OtlpTraces  # noqa: PLC0415 - 14 MB that most deployments do not need
    except ImportError as error:
        raise Misconfigured(
            "OCRBOT_TRACES__ENDPOINT is set, but OpenTelemetry is not installed: uv sync --group traces, or set it to "
            "nothing"
        ) from error
    return OtlpTraces(endpoint, process=process)
