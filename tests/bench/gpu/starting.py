"""Engines to measure: `ocrbot engine` on this machine, a vLLM built for the CPU, or the fake one."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
KEY = "sesame"
_STOP_SECONDS = 90.0
_ANNOUNCED = "listening on "


@contextmanager
def started(command: Sequence[str], variables: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Start an engine, wait until it announces its address, give that and the seconds it took, and end it.

    Ends the bench with the last lines of its log if it announces none.
    """
    before = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT) as process,
    ):
        try:
            url, said = _announced(process)
            if not url:
                log.seek(0)
                sys.exit("\n".join(["the engine did not start:", *said[-30:], *log.read().splitlines()[-10:]]))
            yield url, time.perf_counter() - before
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _announced(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        address = line.strip().removeprefix(_ANNOUNCED)
        if line.startswith((_ANNOUNCED, "http://")):
            return address, said
        said.append(line.rstrip())
    return "", said


def engine(model: str, port: int, cache: Path) -> tuple[list[str], dict[str, str]]:
    """Return how to start `ocrbot engine` with a folder of weights and what it compiles kept in `cache`."""
    variables = {
        "OCRBOT_ENGINE__KIND": "vllm",
        "OCRBOT_TERRITORY": "CN",
        "OCRBOT_ENGINE__MODEL": model,
        "OCRBOT_ENGINE__LISTEN": f"127.0.0.1:{port}",
        "OCRBOT_ENGINE__TOKEN": KEY,
        "VLLM_CACHE_ROOT": str(cache / "vllm"),
        "TRITON_CACHE_DIR": str(cache / "triton"),
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "inductor"),
    }
    return [sys.executable, "-m", "bot", "engine"], variables


def cpu_build(release: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Return how to start a vLLM of `make test-vllm`."""
    return [sys.executable, "-m", "tests.vllm.engine", release, str(port)], {}


def fake(tokens: int) -> tuple[list[str], dict[str, str]]:
    """Return how to start the fake vLLM, which takes 10 ms a token."""
    return [sys.executable, "-m", "tests.fakes.fake_vllm", "0", "0.01", str(2 * tokens)], {}


def versions() -> str:
    """Return the versions of vLLM, torch and transformers beside this Python, as far as they are installed."""
    asked = (
        "import json; from importlib.metadata import distributions\n"
        "names = ('vllm', 'torch', 'transformers', 'ocrbot-vllm')\n"
        "print(json.dumps({d.name: d.version for d in distributions() if d.name in names}))"
    )
    found = json.loads(subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout)
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items())) or "no vLLM beside this Python"
