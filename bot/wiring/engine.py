"""`ocrbot engine`."""

import asyncio

from bot.config.settings import Settings
from bot.console.listening import require_free
from bot.domain.engine_profile import require_licence


def run(loaded: Settings) -> int:
    """Serve the engine of the settings until a signal to stop; raises `Misconfigured` if its port is taken."""
    host, port = loaded.engine.listen.rsplit(":", 1)
    require_free(loaded.engine.listen, "OCRBOT_ENGINE__LISTEN")
    if loaded.engine.kind == "rapid":
        _serve_rapid(loaded, host, int(port))
    else:
        _serve_vllm(loaded)
    return 0


def _serve_rapid(loaded: Settings, host: str, port: int) -> None:
    from workers.engines.cpu import server  # noqa: PLC0415 - the model's libraries take a second to import

    token = loaded.engine.token.get_secret_value()
    asyncio.run(server.serve(host=host, port=port, token=token, runtime=loaded.engine.runtime))


def _serve_vllm(loaded: Settings) -> None:
    from bot.wiring.engine_profiles import launch_of  # noqa: PLC0415 - as above
    from workers.engines.vllm import server  # noqa: PLC0415 - as above

    started = launch_of(loaded)
    require_licence(started.profile, loaded.territory)
    asyncio.run(server.serve(started, untried=loaded.engine.untried_vllm))
