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
from workers.engines.vllm.releases import Program
from workers.engines.vllm.server import Server, installed
from workers.engines.vllm.server_info import fetch_start_sign

ROOT = Path(__file__).resolve().parents[4]
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
    names = words[words.index("--served-model-name") + 1 : words.index("--max-model-len")]
    server = FakeVllm(key=os.environ.get("VLLM_API_KEY", ""), model=names[0], start_sign=names[-1])
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


def installed_at(path: Path, version: str) -> Program:
    return Program(path=str(path), version=version, transformers="5.20.2", has_plugin=False)


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
    async def keep(*more: str, version: str = "0.33.0", untried: bool = False) -> AsyncIterator[Kept]:
        launch = Launch(host="127.0.0.1", port=port(), profile=V1_0, model=V1_0.repository, token="sesame")
        server = Server(launch, installed_at(program, version), extra_flags=more, untried=untried)
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


async def test_each_start_has_a_sign_of_its_own(keep: Keep) -> None:
    async with keep() as kept:
        url, signs = kept.server.launch.url, []
        with httpx.Client(trust_env=False, headers={"Authorization": "Bearer sesame"}) as http:
            for start in (1, 2):
                await kept.until(lambda start=start: kept.announced() == start)  # type: ignore[misc]
                signs.append(await asyncio.to_thread(fetch_start_sign, http, url, seconds=10))
                os.kill(kept.pids("starts")[-1], signal.SIGKILL)
        assert signs[0].startswith("ocrbot-start-")
        assert signs[0] != signs[1]


async def test_a_release_that_nobody_tried_is_started_only_if_the_settings_say_so(keep: Keep) -> None:
    async with keep(version="0.99.0") as kept:
        with pytest.raises(Misconfigured, match="nobody tried"):
            await kept.until(lambda: False)
        assert kept.pids("starts") == []
    async with keep(version="0.99.0", untried=True) as kept:
        await kept.until(lambda: kept.announced() == 1)


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
from workers.engines.vllm.releases import Program
from workers.engines.vllm.server import Server
launch = Launch(host="127.0.0.1", port=int(sys.argv[2]), profile=V1_0, model=V1_0.repository)
program = Program(path=sys.argv[1], version="0.33.0", transformers="5.20.2", has_plugin=False)
asyncio.run(Server(launch, program).run())
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


def test_one_on_the_path_is_found_and_asked_for_its_release_and_what_is_beside_it(tmp_path: Path) -> None:
    answer = '["0.32.0+cpu", "5.19.0", true]'
    for name, body in {"vllm": "", "python": f"echo '{answer}'"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    found = Program(path=f"{tmp_path}/vllm", version="0.32.0+cpu", transformers="5.19.0", has_plugin=True)
    assert installed(str(tmp_path)) == found


def test_a_real_environment_is_asked_for_its_versions(tmp_path: Path) -> None:
    versions = {"vllm": "0.33.0", "transformers": "5.20.2", "ocrbot_vllm": "0.1.0"}
    for name, version in versions.items():
        (tmp_path / "site" / f"{name}-{version}.dist-info").mkdir(parents=True)
        described = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        (tmp_path / "site" / f"{name}-{version}.dist-info" / "METADATA").write_text(described)
    (tmp_path / "vllm").write_text("")
    (tmp_path / "python").write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path}/site exec {sys.executable} "$@"\n')
    for name in ("vllm", "python"):
        (tmp_path / name).chmod(0o755)
    found = installed(str(tmp_path))
    assert (found.version, found.transformers, found.has_plugin) == ("0.33.0", "5.20.2", True)
