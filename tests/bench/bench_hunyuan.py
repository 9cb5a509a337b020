"""Requests a second through the client, compared with a bare load script on the same vLLM. `make bench`.

Both sides take turns, in changing order, and each turn of the client is compared with the turn of the script beside it,
so that what else the machine does concerns both; what is printed are medians. The client gets a file's bytes and gives
a reading: for a JPEG that goes as it came, turned by its EXIF orientation or not, and for a screenshot with an alpha
channel, which is encoded anew. It runs in threads of this process, and in those of two forked processes, as two workers
on one machine. Below stand CPU time and memory a request for these and for a noisy scan in 300 dpi that is made
smaller. The server is the fake one in a process of its own, unless OCRBOT_TEST_VLLM_URL (and _KEY) name a real one.
"""

import asyncio
import base64
import ctypes
import io
import itertools
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from PIL import ExifTags, Image, ImageDraw

from tests.fakes.engine_profiles import V1_0
from workers.engines.base import AskOptions
from workers.engines.vllm.client import VllmEngine
from workers.files.file_type import identify
from workers.files.images import image_of
from workers.reading.held_pixels import HeldPixels
from workers.reading.image_reader import ImageReader

ROOT = Path(__file__).resolve().parents[2]
REAL_URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
KEY = os.environ.get("OCRBOT_TEST_VLLM_KEY", "")
PROMPT = "提取图中的文字。"
TOKENS = 128
TOKEN_SECONDS = 0.01  # of the fake: an answer takes 1.3 s, so 64 in flight make 50 a second
LEVELS = (1, 8, 32, 64)
ROUNDS = 5
PROCESSES = 2
SIZES = {"passes": (800, 608), "turned": (800, 608), "anew": (800, 608), "scan": (2480, 3508)}
M_ARENA_MAX = -8  # malloc.h
SIDEWAYS = 6  # of EXIF's orientations
PROFILE = replace(V1_0, most_tokens=TOKENS)


@dataclass(frozen=True)
class Run:
    rate: float  # answers a second
    cpu: float  # milliseconds per answer
    grown: float  # MB of memory


def picture(number: int, size: tuple[int, int], noise: int) -> Image.Image:
    image = Image.effect_noise(size, noise).convert("RGB")
    pen = ImageDraw.Draw(image)
    for row in range(12):
        pen.text((20, 20 + 48 * row), f"Line {row} of page {number} says {number * 7919 + row}", "black", font_size=28)
    return image


def file(number: int, kind: str) -> bytes:
    data = io.BytesIO()
    exif = Image.Exif()
    if kind == "turned":
        exif[ExifTags.Base.Orientation] = SIDEWAYS
    drawn = picture(number, SIZES[kind], noise=0 if kind == "anew" else 8)
    if kind == "anew":
        drawn.convert("RGBA").save(data, "PNG")
    else:
        drawn.save(data, "JPEG", quality=90, exif=exif)
    return data.getvalue()


FILES = {kind: [file(number, kind) for number in range(8)] for kind in SIZES}


def measured(work: Callable[[], None], count: int) -> Run:
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count / seconds, cpu * 1000 / count, (after.ru_maxrss - before.ru_maxrss) / 1024)


# -- the bare script: the requests of a load test, each picture encoded beforehand


def bare_body(data: bytes) -> bytes:
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    content = [{"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": PROMPT}]
    messages = [{"role": "system", "content": ""}, {"role": "user", "content": content}]
    # All parameters that affect the work of the server.
    loop = {"max_pattern_size": 20, "min_pattern_size": 1, "min_count": 8}
    served = "tencent/HunyuanOCR" if REAL_URL else "tencent/HunyuanOCR-1.5"
    model = {"model": served, **PROFILE.sampling, "max_tokens": TOKENS}
    stream = {"stream": True, "stream_interval": 16, "repetition_detection": loop}
    return json.dumps({"messages": messages, **model, **stream}).encode()


BODIES = {kind: [bare_body(data) for data in FILES[kind]] for kind in SIZES}


async def bare(url: str, kind: str, at_once: int, count: int) -> None:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {KEY}"} if KEY else {})}
    numbers = iter(range(count))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

        async def caller() -> None:
            for number in numbers:
                body = BODIES[kind][number % 8]
                async with session.post(f"{url}/v1/chat/completions", data=body) as answer:
                    async for _ in answer.content.iter_any():
                        pass

        await asyncio.gather(*(caller() for _ in range(at_once)))


# -- the client: it opens the file, encodes what does not pass, reads and parses the stream

HELD = HeldPixels()


def read(client: VllmEngine, kind: str, number: int) -> None:
    image = image_of(identify(FILES[kind][number % 8]))
    ImageReader(engine=client, held=HELD).read(image, PROMPT, options=AskOptions(timeout=300))


def threaded(client: VllmEngine, kind: str, at_once: int, count: int) -> None:
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda number: read(client, kind, number), range(count)))


def forked(
    client: VllmEngine, kind: str, at_once: int, count: int, results: "multiprocessing.SimpleQueue[tuple[Run, float]]"
) -> Run:
    """Return the run of two processes with half of the readings in flight each; of one for a single reading."""
    fork = multiprocessing.get_context("fork")
    processes = min(PROCESSES, at_once)
    share = count // processes
    begin = fork.Barrier(processes + 1)

    def work() -> None:
        read(client, kind, 0)  # a process opens its connections once
        begin.wait()
        run = measured(lambda: threaded(client, kind, at_once // processes, share), share)
        results.put((run, time.perf_counter()))

    started_processes = [fork.Process(target=work) for _ in range(processes)]
    for process in started_processes:
        process.start()
    begin.wait()
    started = time.perf_counter()
    for process in started_processes:
        process.join()
        if process.exitcode:
            sys.exit("a process failed")
    ended = [results.get() for _ in range(processes)]
    runs = [run for run, _ in ended]
    return Run(
        share * processes / (max(end for _, end in ended) - started),
        statistics.fmean(run.cpu for run in runs),
        sum(run.grown for run in runs),
    )


@contextmanager
def serving() -> Iterator[str]:
    if REAL_URL:
        yield REAL_URL
        return
    command = [sys.executable, "-m", "tests.fakes.fake_vllm", "0", str(TOKEN_SECONDS), str(TOKENS * 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def alone(
    client: VllmEngine, kind: str, at_once: int, results: "multiprocessing.SimpleQueue[tuple[Run, float]]"
) -> Run:
    """Return the run of a fresh process with this many readings at once, whose memory is that of these alone."""

    def work() -> None:
        threaded(client, "passes", 1, 1)
        results.put((measured(lambda: threaded(client, kind, at_once, 2 * at_once), 2 * at_once), 0.0))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    run, _ = results.get()
    process.join()
    return run


def main() -> None:
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)  # as readers are started
    print("kind    in flight   bare/s   threads/s  ratio   cpu ms  bare cpu ms    forked/s  ratio   cpu ms")
    results = multiprocessing.get_context("fork").SimpleQueue()
    with serving() as url, closing(VllmEngine([url], token=KEY, profile=PROFILE)) as client:
        read(client, "passes", 0)
        for kind, at_once in itertools.product(("passes", "turned", "anew"), LEVELS):
            sides = sides_of(client, url, kind, at_once, results)
            rounds = [one_round(sides, number) for number in range(ROUNDS)]
            print(f"{kind:8}{row(at_once, rounds)}", flush=True)
        for kind in SIZES:
            run = alone(client, kind, LEVELS[-1], results)
            print(
                f"{kind:8}{LEVELS[-1]:9} in a process: {run.cpu:.1f} ms of CPU and {run.grown / LEVELS[-1]:.1f} MB each"
            )


def sides_of(
    client: VllmEngine, url: str, kind: str, at_once: int, results: "multiprocessing.SimpleQueue[tuple[Run, float]]"
) -> Sequence[Callable[[], Run]]:
    """Return what is compared: the bare script, the threads and the forked processes."""
    count = max(4, 2 * at_once)
    return (
        lambda: measured(lambda: asyncio.run(bare(url, kind, at_once, count)), count),
        lambda: measured(lambda: threaded(client, kind, at_once, count), count),
        lambda: forked(client, kind, at_once, count, results),
    )


def one_round(sides: Sequence[Callable[[], Run]], first: int) -> tuple[Run, ...]:
    """Return the run of each side; they take turns, beginning with another one each round."""
    order = [(first + place) % len(sides) for place in range(len(sides))]
    runs = {place: sides[place]() for place in order}
    return tuple(runs[place] for place in range(len(sides)))


def row(at_once: int, rounds: Sequence[Sequence[Run]]) -> str:
    load, ours, forks = (
        Run(*(statistics.median(getattr(run, name) for run in side) for name in ("rate", "cpu", "grown")))
        for side in zip(*rounds, strict=True)
    )
    ratio, forked_ratio = (statistics.median(one[side].rate / one[0].rate for one in rounds) for side in (1, 2))
    return (
        f"{at_once:9} {load.rate:8.1f} {ours.rate:11.1f} {ratio:6.2f} {ours.cpu:8.1f} {load.cpu:12.1f} "
        f"{forks.rate:11.1f} {forked_ratio:6.2f} {forks.cpu:8.1f}"
    )


if __name__ == "__main__":
    main()
