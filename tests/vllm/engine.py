"""Runs a real vLLM on the CPU as `ocrbot engine` does: `engine.py RELEASE PORT [FLAG…]`, the flags after all others.

CPU_VLLM_PLUGIN=no leaves our plugin out, CPU_VLLM_TRANSFORMERS=mended takes a transformers that needs none.
"""

import asyncio
import os
import signal
import sys

from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import PROFILES
from tests.vllm.build import BUILDS, CHECKPOINT, MENDED, Build
from workers.engines.vllm.launch import Launch
from workers.engines.vllm.model_profile import profile_of_model
from workers.engines.vllm.releases import Program
from workers.engines.vllm.server import Server

_SMALL = ("--enforce-eager",)  # compiling takes longer than all that is asked of it
_KEY = "sesame"


def server(build: Build, port: int, *flags: str) -> Server:
    """Return what keeps such a vLLM running on this machine's own address."""
    model, mended = str(CHECKPOINT), os.environ.get("CPU_VLLM_TRANSFORMERS") == "mended"
    profile = profile_of_model(PROFILES, model, "", os.environ)
    launch = Launch(host="127.0.0.1", port=port, model=model, profile=profile, token=_KEY)
    program = Program(
        path=str(build.environment / "bin" / "vllm"),
        version=f"{build.release}+cpu",
        transformers=MENDED if mended else build.transformers,
        has_plugin=True,  # that it is there, and left out, is what the tests want
    )
    inherited = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1"}
    inherited.pop("PYTHONPATH", None)
    if mended:
        inherited["PYTHONPATH"] = str(build.mended)
    if os.environ.get("CPU_VLLM_PLUGIN") == "no":
        inherited["VLLM_PLUGINS"] = "ocrbot_cpu"
    return Server(launch, program, extra_flags=(*_SMALL, *flags), inherited=inherited)


async def _main(release: str, port: int, *flags: str) -> None:
    build = next(build for build in BUILDS if build.release == release)
    kept = server(build, port, *flags)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, kept.stop.set)
    await kept.run()


if __name__ == "__main__":
    try:
        asyncio.run(_main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
    except Misconfigured as error:
        sys.exit(f"{error}")
