"""What this process and those that it started use, by kind: seconds of CPU and memory; and the memory of the GPUs."""

import os
import re
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_KINDS = (
    ("vllm engine", re.compile(r"VLLM::EngineCor")),
    ("vllm api", re.compile(r"VLLM::APIServer|ApiServer|vllm serve|bin/vllm\b|fake_vllm")),
    ("vllm other", re.compile(r"VLLM::|vllm")),
    ("ocrbot worker", re.compile(r"-m bot .*worker$")),
    ("ocrbot bot", re.compile(r"-m bot .*bot$")),
    ("redis", re.compile(r"redis|valkey")),
    ("this bench", re.compile(r"tests\.bench\.gpu")),
)


@dataclass(frozen=True)
class Usage:
    """Seconds of CPU and MB of memory by kind of process, at a moment of `time.perf_counter`."""

    at: float
    cpu: dict[str, float]
    memory: dict[str, float]

    def since(self, before: "Usage") -> str:
        """Return the cores that each kind kept busy since then, and its memory now."""
        seconds = max(self.at - before.at, 1e-6)
        busy = {kind: (self.cpu[kind] - before.cpu.get(kind, 0.0)) / seconds for kind in self.cpu}
        told = [f"{kind} {cores:.2f} cores {self.memory[kind]:.0f} MB" for kind, cores in busy.items() if cores > 0.01]
        return ", ".join(told) or "nothing"


def usage() -> Usage:
    """Return what this process and all below it have used. Those that have ended count for their parents."""
    parents: dict[int, int] = {}
    found: dict[int, tuple[str, float, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            seconds, megabytes = sum(map(int, fields[11:15])) / _TICKS, int(fields[21]) * _PAGE / 2**20
            found[int(folder.name)] = (_kind(folder), seconds, megabytes)
        except OSError:
            continue  # it has ended
    cpu: defaultdict[str, float] = defaultdict(float)
    memory: defaultdict[str, float] = defaultdict(float)
    for number, (kind, seconds, megabytes) in found.items():
        if _is_below(number, parents):
            cpu[kind] += seconds
            memory[kind] += megabytes
    return Usage(time.perf_counter(), cpu, memory)


def _is_below(number: int, parents: dict[int, int]) -> bool:
    while number and number != os.getpid():
        number = parents.get(number, 0)
    return number != 0


def _kind(folder: Path) -> str:
    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    told = f"{(folder / 'comm').read_text().strip()} {command}"
    return next((kind for kind, sign in _KINDS if sign.search(told)), "other")


def gpus() -> Iterator[str]:
    """Yield a line for each GPU: its name, driver and used memory; none where there is no nvidia-smi."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return
    asked = [program, "--query-gpu=name,driver_version,memory.used,memory.total", "--format=csv,noheader"]
    yield from subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
