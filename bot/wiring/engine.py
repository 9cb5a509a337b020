"""`ocrbot engine`."""

import asyncio
import os

from bot.config.settings import Settings
from bot.console.listening import require_free


def run(loaded: Settings) -> int:
    """Serve the engine of the settings until a signal to stop; raises `Misconfigured` if its port is taken."""
    host, port = loaded.engine.listen.rsplit(":", 1)
    require_free(loaded.engine.listen, "OCRBOT_ENGINE__LISTEN")
    if loaded.engine.kind == "rapid":
        _serve_rapid(loaded, host, int(port))
    else:
        _serve_vllm(loaded, host, int(port))
    return 0


def _serve_rapid(loaded: Settings, host: str, port: int) -> None:
    from workers.engines.cpu import server  # noqa: PLC0415 - the model's libraries take a second to import

    token = loaded.engine.token.get_secret_value()
    asyncio.run(server.serve(host=host, port=port, token=token, runtime=loaded.engine.runtime))


def _serve_vllm(loaded: Settings, host: str, port: int) -> None:
    from workers.engines.vllm import launch, server  # noqa: PLC0415 - as above

    token = loaded.engine.token.get_secret_value()
    model, revision = loaded.engine.model, loaded.engine.revision
    started = launch.Launch(
        host=host,
        port=port,
        token=token,
        model=model,
        revision=revision,
        profile=launch.model_profile(model, revision, os.environ),
        api_servers=launch.api_server_count(len(os.sched_getaffinity(0))),
    )
    asyncio.run(server.serve(started, untried=loaded.engine.untried_vllm))
