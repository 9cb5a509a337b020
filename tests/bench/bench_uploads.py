"""Uploads a second to 202, against a bare FastAPI endpoint that reads the same body and writes it to Redis once.

Both run in a process of their own, in turns, with the same sender and the same Redis. The ratio is that of uploads a
second; beside it stands that of the processor time that each process takes for an upload, which other work on the
machine changes less.
"""

import argparse
import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.console.local_redis import LocalRedis
from tests.e2e.deployment import clean_environment

BARE = """
import sys
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from redis import Redis
from starlette.concurrency import run_in_threadpool

redis = Redis.from_url(sys.argv[1])
app = FastAPI()


@app.post("/v1/documents")
async def upload(request: Request) -> JSONResponse:
    body = await request.body()
    number = await run_in_threadpool(redis.incr, "bare:number")
    await run_in_threadpool(redis.set, f"bare:{number}", body, ex=60)
    return JSONResponse({"id": number}, 202)


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False)
"""


@dataclass(frozen=True)
class Measured:
    """What one server did."""

    uploads_a_second: float
    cpu_seconds: float  # for one upload


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    with subprocess.Popen([sys.executable, *command], env=dict(environment)) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has taken, from Linux' /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def until_answered(http: httpx.AsyncClient) -> None:
    while True:
        try:
            await http.get("/v1/health/live")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return


async def send(http: httpx.AsyncClient, body: bytes, number: int, at_once: int) -> None:
    left = iter(range(number))

    async def some() -> None:
        for _ in left:
            response = await http.post("/v1/documents", content=body, headers={"Content-Type": "image/png"})
            assert response.status_code == 202, response.text

    await asyncio.gather(*(some() for _ in range(at_once)))


async def measured(port: int, pid: int, body: bytes, number: int, at_once: int) -> Measured:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
        await until_answered(http)
        await send(http, body, at_once * 2, at_once)
        before, begun = cpu_seconds(pid), time.perf_counter()
        await send(http, body, number, at_once)
        seconds = time.perf_counter() - begun
        return Measured(uploads_a_second=number / seconds, cpu_seconds=(cpu_seconds(pid) - before) / number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--bytes", type=int, default=300_000)
    parser.add_argument("--at-once", type=int, default=8)
    options = parser.parse_args()
    body = secrets.token_bytes(options.bytes)
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        redis.start()
        try:
            ports = free_port(), free_port()
            environment = {
                **clean_environment(Path(folder)),
                "OCRBOT_REDIS__URL": redis.url,
                "OCRBOT_REDIS__JOB_KEYS": "0" * 64,
                "OCRBOT_REDIS__MOST_MB": "0",
                "OCRBOT_API__LISTEN": f"127.0.0.1:{ports[1]}",
                "OCRBOT_API__MOST_WAITING": "0",
            }
            with (
                running(["-c", BARE, redis.url, str(ports[0])], environment) as bare,
                running(["-m", "bot", "--with-parent", "api"], environment) as api,
            ):
                results = [
                    asyncio.run(measured(port, pid, body, options.files, options.at_once))
                    for port, pid in (*zip(ports, (bare, api), strict=True),) * 2
                ]
        finally:
            redis.stop()
    show(results, options.bytes)


def show(results: Sequence[Measured], size: int) -> None:
    bare, api = (max(results[first::2], key=lambda one: one.uploads_a_second) for first in (0, 1))
    print(f"uploads of {size} bytes, the better of two runs each")
    for name, one in (("bare FastAPI, one write", bare), ("ocrbot api", api)):
        print(
            f"  {name:24} {one.uploads_a_second:7.0f} a second, {one.cpu_seconds * 1000:6.2f} ms of the processor each"
        )
    ratio, of_cpu = api.uploads_a_second / bare.uploads_a_second, bare.cpu_seconds / api.cpu_seconds
    print(f"  ratio {ratio:.2f} of uploads a second, {of_cpu:.2f} of processor time (aim: 0.5)")


if __name__ == "__main__":
    main()
