from bot.config.settings import Settings
from workers.commands.lazy_engine import LazyRapid
from workers.engines.base import Engine


def command_engine(loaded: Settings) -> Engine:
    """Return the engine for a command: the embedded one in this process, unless an address is set."""
    if loaded.engine.kind == "rapid" and "urls" not in loaded.engine.model_fields_set:
        return LazyRapid(loaded.engine.runtime)
    from bot.wiring.engines import remote_engine  # noqa: PLC0415 - the embedded engine needs no clients

    return remote_engine(loaded)
