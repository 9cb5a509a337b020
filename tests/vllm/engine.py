"""Runs a real vLLM on the CPU as `ocrbot engine` does: `engine.py PORT [FLAG…]`, the flags after all others.

The fault that mixes pictures up is in it where CPU_VLLM_FAULT is set; that of vLLM 0.32 itself always is.
"""

import asyncio
import os
import signal
import sys

from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import V1_0
from tests.vllm.build import CHECKPOINT, VENV, VERSION
from workers.engines.vllm.launch import Launch
from workers.engines.vllm.server import Program, Server

_SMALL = ("--enforce-eager",)  # compiling takes longer than all that is asked of it
_KEY = "sesame"


def server(port: int, *flags: str) -> Server:
    """Return what keeps such a vLLM running on this machine's own address."""
    launch = Launch(host="127.0.0.1", port=port, profile=V1_0, model=str(CHECKPOINT), token=_KEY)
    program = Program(path=str(VENV / "bin" / "vllm"), version=f"{VERSION}+cpu")
    inherited = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1"}
    return Server(launch, program, extra_flags=(*_SMALL, *flags), inherited=inherited)


async def _main(port: int, *flags: str) -> None:
    kept = server(port, *flags)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, kept.stop.set)
    await kept.run()


if __name__ == "__main__":
    try:
        asyncio.run(_main(int(sys.argv[1]), *sys.argv[2:]))
    except Misconfigured as error:
        sys.exit(f"{error}")
