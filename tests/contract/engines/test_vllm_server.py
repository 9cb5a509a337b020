"""What keeps a vLLM running, on a program that starts as one does and is the fake one inside."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import V1_0
from workers.engines.vllm.launch import Launch
from workers.engines.vllm.server import Program, Server, installed

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """#!{python}
import asyncio, os, subprocess, sys
sys.path.insert(0, {root!r})
from tests.fakes.fake_vllm import FakeVllm

words = sys.argv[1:]
print("WARNING the fake one says that something is odd", flush=True)
helper = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL)
open({folder!r} + "/helpers", "a").write(str(helper.pid) + "\\n")
open({folder!r} + "/starts", "a").write(str(os.getpid()) + "\\n")
if "--break" in words:
    sys.exit("no such model")

async def main():
    server = FakeVllm(key=os.environ.get("VLLM_API_KEY", ""), model=words[words.index("--served-model-name") + 1])
    server.mixes_pictures = "--mix" in words
    await server.serve(int(words[words.index("--port") + 1]))
    await asyncio.Event().wait()

asyncio.run(main())
"""


def port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@dataclass
class Kept:
    """A server that is kept running in the background."""

    server: Server
    folder: Path
    run: asyncio.Task[None]
    capture: pytest.CaptureFixture[str]
    said: str = ""

    async def until(self, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                if self.run.done():
                    await self.run
                await asyncio.sleep(0.05)

    def announced(self) -> int:
        """How often the address was told."""
        self.said += self.capture.readouterr().out
        return self.said.count(f"listening on {self.server.launch.url}\n")

    def pids(self, name: str) -> list[int]:
        return pids(self.folder, name)

    async def nothing_is_left(self) -> bool:
        """Killed processes take a moment to go."""
        async with asyncio.timeout(10):
            while any(alive(pid) for name in ("starts", "helpers") for pid in self.pids(name)):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        return True


Keep = Callable[..., AbstractAsyncContextManager[Kept]]


def pids(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(pid: int) -> bool:
    try:
        return "Z" not in re.sub(r".*\)", "", Path(f"/proc/{pid}/stat").read_text()).split()[0]
    except OSError:
        return False


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "vllm"
    path.write_text(PROGRAM.format(python=sys.executable, root=str(ROOT), folder=str(tmp_path)))
    path.chmod(0o755)
    return path


@pytest.fixture
def keep(program: Path, capfd: pytest.CaptureFixture[str]) -> Keep:
    @asynccontextmanager
    async def keep(*more: str) -> AsyncIterator[Kept]:
        launch = Launch(host="127.0.0.1", port=port(), profile=V1_0, model=V1_0.repository, token="sesame")
        server = Server(launch, Program(path=str(program), version="0.32.0"), extra_flags=more)
        run = asyncio.create_task(server.run())
        try:
            yield Kept(server, program.parent, run, capfd)
        finally:
            server.stop.set()
            await asyncio.wait([run])

    return keep


async def test_the_address_is_told_when_it_was_proven_and_all_ends_with_it(keep: Keep) -> None:
    async with keep() as kept:
        await kept.until(lambda: kept.announced() == 1)
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{kept.server.launch.url}/v1/models")).status_code == 401
        assert all(alive(pid) for pid in kept.pids("helpers"))
        assert "the fake one says that something is odd" in kept.said, "its words are passed on"
    assert await kept.nothing_is_left()


async def test_a_server_that_dies_is_started_and_proven_again(keep: Keep) -> None:
    async with keep() as kept:
        await kept.until(lambda: kept.announced() == 1)
        os.kill(kept.pids("starts")[0], signal.SIGKILL)
        await kept.until(lambda: kept.announced() == 2)
        assert len(kept.pids("starts")) == 2
        assert not alive(kept.pids("helpers")[0])
    assert await kept.nothing_is_left()


async def test_a_server_that_mixes_pictures_up_is_stopped_and_never_told(keep: Keep) -> None:
    async with keep("--mix") as kept:
        with pytest.raises(Misconfigured, match="not their own"):
            await kept.until(lambda: False)
        assert kept.announced() == 0
        assert await kept.nothing_is_left()


async def test_a_server_that_does_not_start_is_tried_again_until_told_to_stop(keep: Keep) -> None:
    async with keep("--break") as kept:
        await kept.until(lambda: len(kept.pids("starts")) >= 2)
        assert kept.announced() == 0
    assert await kept.nothing_is_left()


KEEPER = """
import asyncio, sys
from tests.fakes.engine_profiles import V1_0
from workers.engines.vllm.launch import Launch
from workers.engines.vllm.server import Program, Server
launch = Launch(host="127.0.0.1", port=int(sys.argv[2]), profile=V1_0, model=V1_0.repository)
asyncio.run(Server(launch, Program(path=sys.argv[1], version="0.32.0")).run())
"""


async def test_a_server_whose_keeper_is_killed_ends_too(program: Path) -> None:
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPER, program, str(port()), cwd=ROOT, stdout=subprocess.PIPE
    )
    assert keeper.stdout is not None
    while not (line := await keeper.stdout.readline()).startswith(b"listening on "):
        assert line, "it ended before it was proven"
    (started,) = pids(program.parent, "starts")
    keeper.kill()
    await keeper.wait()
    async with asyncio.timeout(10):
        while alive(started):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    for helper in pids(program.parent, "helpers"):
        os.kill(helper, signal.SIGKILL)


def test_without_a_vllm_it_is_said_what_to_install() -> None:
    with pytest.raises(Misconfigured, match="group gpu"):
        installed("/nowhere")


def test_one_on_the_path_is_found_and_asked_for_its_release(tmp_path: Path) -> None:
    for name, body in {"vllm": "", "python": "echo 0.32.0+cpu"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    assert installed(str(tmp_path)) == Program(path=f"{tmp_path}/vllm", version="0.32.0+cpu")
