"""The CPU engine's service against the rapidocr library with its default settings, on the same pictures. `make bench`.

Each side runs in a process of its own. The processor time counts where other programs take the cores.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx
from PIL import Image, ImageOps

ROOT = Path(__file__).parents[2]
MADE = sorted(path for path in (ROOT / "config" / "samples").iterdir() if path.suffix in {".png", ".jpg"})
CASES = ROOT.parent / "shared" / "cases"  # real files, where they lie beside the checkout
REAL = sorted(path for folder in (CASES, CASES / "real") for path in folder.glob("*.[pj][np]g"))
RUNTIMES = ("auto", "onnxruntime", "openvino", "openvino-bf16")
OF_THE_LIBRARY = ("rapidocr", "onnxruntime", "openvino", "opencv-python-headless", "numpy", "pillow")
AT_ONCE = len(os.sched_getaffinity(0))
# Reads the files that are named on its command line after the library's engine, and prints what that took.
LIBRARY = r"""
import json, sys, time
sys.modules["openvino_telemetry"] = None
import cv2
from rapidocr import EngineType, RapidOCR

kind = EngineType(sys.argv[1])
kinds = {f"{part}.engine_type": kind for part in ("Det", "Cls", "Rec")}
engine = RapidOCR(params=kinds | {"Global.log_level": "critical"})
pictures = [cv2.imread(name) for name in sys.argv[2:]]
engine(pictures[0])
cpu, wall, letters = time.process_time(), time.perf_counter(), 0
for picture in pictures:
    letters += sum(map(len, engine(picture).txts or ()))
print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "letters": letters,
    "status": open("/proc/self/status").read()}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one side took for all pictures: seconds of processor time, pages a second, its peak of memory."""

    cpu: float
    rate: float
    peak_mb: float


def upright(path: Path, folder: Path) -> Path:
    """Write the picture as both sides are to see it."""
    target = folder / f"{path.parent.name}-{path.stem}.png"
    with Image.open(path) as opened:
        ImageOps.exif_transpose(opened).convert("RGB").save(target, compress_level=1)
    return target


def peak_mb(status: str) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def of_library(runtime: str, files: Sequence[Path]) -> Cost:
    """Run the library in an environment of its own, for ours has only its models; that asks the package index."""
    same = [f"--with={name}=={version(name)}" for name in OF_THE_LIBRARY]
    own = [str(ROOT / ".ci" / "setup"), "run", "--quiet", "--no-project", "--isolated", *same, "python"]
    done = subprocess.run([*own, "-c", LIBRARY, runtime, *map(str, files)], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return Cost(cpu=found["cpu"] / len(files), rate=len(files) / found["wall"], peak_mb=peak_mb(found["status"]))


@contextmanager
def service(runtime: str) -> Iterator[tuple[str, int]]:
    """Run `ocrbot engine` on a free port; yield its address and its process's id."""
    settings = {"OCRBOT_ENGINE__RUNTIME": runtime, "OCRBOT_ENGINE__LISTEN": "127.0.0.1:0"}
    others = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    command = [sys.executable, "-m", "bot", "engine"]
    with subprocess.Popen(command, cwd=ROOT, env=others | settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = next(line for line in iter(process.stdout.readline, "") if "listening on" in line)
            yield said.rpartition("listening on ")[2].strip(), process.pid
        finally:
            process.terminate()


def seconds_of(pid: int) -> float:
    """Return the processor time of a process."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def of_service(runtime: str, files: Sequence[Path]) -> Cost:
    bodies = [path.read_bytes() for path in files]
    with service(runtime) as (url, pid), httpx.Client(base_url=url, trust_env=False, timeout=600) as client:

        def read(body: bytes) -> None:
            client.post("/v1/read", content=body, headers={"Content-Type": "image/png"}).raise_for_status()

        read(bodies[0])
        cpu, wall = seconds_of(pid), time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as callers:
            list(callers.map(read, bodies))
        cpu, wall = seconds_of(pid) - cpu, time.perf_counter() - wall
        return Cost(
            cpu=cpu / len(files), rate=len(files) / wall, peak_mb=peak_mb(Path(f"/proc/{pid}/status").read_text())
        )


def compare(kind: str, files: Sequence[Path]) -> None:
    print(f"{kind}: {len(files)} pictures, {AT_ONCE} at once at the service")
    library = {name: of_library(name, files) for name in ("onnxruntime", "openvino")}
    least, fastest = min(one.cpu for one in library.values()), max(one.rate for one in library.values())
    for name, cost in library.items():
        print(f"  library on {name:13} {cost.cpu:6.2f} s of CPU a page {cost.rate:6.2f} pages/s {cost.peak_mb:6.0f} MB")
    for name in RUNTIMES:
        cost = of_service(name, files)
        print(
            f"  ocrbot  on {name:13} {cost.cpu:6.2f} s of CPU a page {cost.rate:6.2f} pages/s {cost.peak_mb:6.0f} MB; "
            f"against the library's best: {least / cost.cpu:.2f} by CPU, {cost.rate / fastest:.2f} by pages/s"
        )
    print("  aims: at least 1.20 times the library's best, at most 900 MB")


def measure() -> None:
    folder = ROOT / ".cache" / "bench_cpu_engine"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, files in (("real", REAL), ("made", MADE)):
        if files:
            compare(kind, [upright(path, folder) for path in files])
        else:
            print(f"{kind}: no files beside this checkout")


if __name__ == "__main__":
    measure()
