"""Requests a second through the client, compared with a bare load script on the same vLLM, in turns. `make bench`.

The server is the fake one in a process of its own, unless OCRBOT_TEST_VLLM_URL (and _KEY) name a real one.
"""

import asyncio
import base64
import io
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from PIL import Image, ImageDraw

from tests.fakes.engine_profiles import V1_0
from workers.engines.vllm.client import VllmEngine

ROOT = Path(__file__).resolve().parents[2]
REAL_URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
KEY = os.environ.get("OCRBOT_TEST_VLLM_KEY", "")
PROMPT = "提取图中的文字。"
TOKENS = 128
TOKEN_SECONDS = 0.01  # of the fake: an answer takes 1.3 s, so 64 in flight make 50 a second
LEVELS = (1, 8, 32, 64)
ROUNDS = 3
SIZE = (800, 608)
PROFILE = replace(V1_0, most_tokens=TOKENS)


@dataclass(frozen=True)
class Run:
    rate: float  # answers a second
    cpu: float  # milliseconds per answer
    grown: float  # MB of memory


def picture(number: int) -> Image.Image:
    image = Image.new("RGB", SIZE, (255, 255, 240 + number % 16))
    pen = ImageDraw.Draw(image)
    for row in range(12):
        pen.text((20, 20 + 48 * row), f"Line {row} of page {number} says {number * 7919 + row}", "black", font_size=28)
    return image


PICTURES = [picture(number) for number in range(8)]


def measured(work: Callable[[], None], count: int) -> Run:
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(count / seconds, cpu * 1000 / count, (after.ru_maxrss - before.ru_maxrss) / 1024)


# -- the bare script: the requests of a load test, each picture encoded beforehand


def bare_body(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=95, subsampling=0)
    address = f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
    content = [{"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": PROMPT}]
    messages = [{"role": "system", "content": ""}, {"role": "user", "content": content}]
    # All parameters that affect the work of the server.
    loop = {"max_pattern_size": 20, "min_pattern_size": 1, "min_count": 8}
    model = {"model": "tencent/HunyuanOCR", **PROFILE.sampling, "max_tokens": TOKENS}
    stream = {"stream": True, "stream_interval": 16, "repetition_detection": loop}
    return json.dumps({"messages": messages, **model, **stream}).encode()


BODIES = [bare_body(image) for image in PICTURES]


async def bare(url: str, at_once: int, count: int) -> None:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {KEY}"} if KEY else {})}
    numbers = iter(range(count))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

        async def caller() -> None:
            for number in numbers:
                body = BODIES[number % len(BODIES)]
                async with session.post(f"{url}/v1/chat/completions", data=body) as answer:
                    async for _ in answer.content.iter_any():
                        pass

        await asyncio.gather(*(caller() for _ in range(at_once)))


# -- the client: it sizes and encodes the picture, reads and parses the stream


def threaded(client: VllmEngine, at_once: int, count: int) -> None:
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda number: client.read(PICTURES[number % 8], PROMPT, timeout=300), range(count)))


def forked(
    client: VllmEngine, at_once: int, count: int, results: "multiprocessing.SimpleQueue[tuple[Run, float]]"
) -> Run:
    """Return the run of this many processes with one reading each at a time, like RQ's jobs but forked beforehand."""
    fork = multiprocessing.get_context("fork")
    share = count // at_once
    begin = fork.Barrier(at_once + 1)

    def work() -> None:
        begin.wait()
        run = measured(lambda: threaded(client, 1, share), share)
        results.put((run, time.perf_counter()))

    processes = [fork.Process(target=work) for _ in range(at_once)]
    for process in processes:
        process.start()
    begin.wait()
    started = time.perf_counter()
    for process in processes:
        process.join()
        if process.exitcode:
            sys.exit("a process failed")
    ended = [results.get() for _ in processes]
    runs = [run for run, _ in ended]
    return Run(
        share * at_once / (max(end for _, end in ended) - started),
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


def main() -> None:
    print("in flight   bare/s   threads/s  ratio   cpu ms  bare cpu ms   MB    forked/s  ratio   cpu ms   MB")
    results = multiprocessing.get_context("fork").SimpleQueue()
    with serving() as url, closing(VllmEngine([url], token=KEY, profile=PROFILE)) as client:
        client.read(PICTURES[0], PROMPT)
        for at_once in LEVELS:
            count = max(4, 3 * at_once)
            rows = []
            for _ in range(ROUNDS):
                load = measured(lambda: asyncio.run(bare(url, at_once, count)), count)  # noqa: B023 - run at once
                ours = measured(lambda: threaded(client, at_once, count), count)  # noqa: B023 - the same
                rows.append((load, ours, forked(client, at_once, count, results)))
            print(row(at_once, rows), flush=True)


def row(at_once: int, rows: list[tuple[Run, Run, Run]]) -> str:
    load, ours, forks = (
        Run(*(statistics.median(getattr(run, name) for run in kind) for name in ("rate", "cpu", "grown")))
        for kind in zip(*rows, strict=True)
    )
    ratio, forked_ratio = (statistics.median(one[place].rate / one[0].rate for one in rows) for place in (1, 2))
    return (
        f"{at_once:9} {load.rate:8.1f} {ours.rate:11.1f} {ratio:6.2f} {ours.cpu:8.1f} {load.cpu:12.1f} "
        f"{ours.grown:4.0f} {forks.rate:11.1f} {forked_ratio:6.2f} {forks.cpu:8.1f} {forks.grown:4.0f}"
    )


if __name__ == "__main__":
    main()
