"""Real vLLMs for tests: each takes a minute to start and 3 GB of memory."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
KEY = "sesame"
ONE_STEP = ("--max-num-batched-tokens", "2048")  # vLLM's own on a CPU: several pictures share a step
_START_SECONDS = 600.0  # a vLLM that dies is started again and again
_STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A process that keeps a vLLM; `url` is "" where it ended before it told one."""

    url: str
    log: Path
    process: subprocess.Popen[str]


@contextmanager
def serving(log: Path, *flags: str, faulty: bool) -> Iterator[Engine]:
    """Start a vLLM, wait until it was proven or given up, and end it."""
    command = [sys.executable, "-m", "tests.vllm.engine", str(free_port()), *flags]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"CPU_VLLM_FAULT": "1"} if faulty else {})}
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        ) as process,
    ):
        try:
            yield Engine(url=_announced_url(process, errors), log=log, process=process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _announced_url(process: subprocess.Popen[str], log: TextIO) -> str:
    """Return the address that the process announces, "" if there is none in time; write what comes before to the log.

    Structlog's default goes to stdout too.
    """
    watchdog = Timer(_START_SECONDS, process.terminate)
    watchdog.start()
    try:
        for line in process.stdout or ():
            if line.startswith("listening on "):
                return line.removeprefix("listening on ").strip()
            log.write(line)
            log.flush()
    finally:
        watchdog.cancel()
    process.wait(_STOP_SECONDS)
    return ""


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
