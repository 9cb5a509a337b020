"""What `ocrbot engine` runs for a model on a GPU: a `vllm serve` whose address is announced once it is proven."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog

from bot.domain.errors import Misconfigured, Unavailable
from workers.engines.vllm.launch import Launch, command_line, environment, new_start_sign
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_judgement import ProofVerdict
from workers.engines.vllm.releases import PLUGIN, Program, Release, release_of
from workers.engines.vllm.server_info import fetch_server_info

_START_SECONDS = 1800.0  # loading and compiling
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 20.0
_LOG_DRAIN_SECONDS = 2.0
_POLL_SECONDS = 1.0
_LONGEST_PAUSE = 60.0
_SETTLED_SECONDS = 600.0  # a server that lived longer did not fail to start
_PROOFS = 2  # a failed one is repeated once
_ASK_VERSIONS = """
import json, sys
from importlib.metadata import distributions, version
plugin = any(found.name == sys.argv[1] for found in distributions())
print(json.dumps([version("vllm"), version("transformers"), plugin]))
"""

_log = structlog.get_logger("ocrbot.engines")
_server_log = structlog.get_logger("ocrbot.vllm")


def installed(path: str | None = None) -> Program:
    """Return the vLLM next to this Python, else the one on `path` (None: PATH).

    Raises `Misconfigured` if there is none or its version cannot be found.
    """
    beside = Path(sys.executable).with_name("vllm")
    found = str(beside) if beside.exists() else shutil.which("vllm", path=path)
    if found is None:
        raise Misconfigured(
            "OCRBOT_ENGINE__KIND is vllm, but no vllm is installed: install the group gpu (uv sync --group gpu), "
            "or run a vLLM elsewhere, name it in OCRBOT_ENGINE__URLS and start no engine here"
        )
    python = Path(os.path.realpath(found)).with_name("python")
    asked = subprocess.run(  # noqa: S603 - both words are ours
        [python, "-c", _ASK_VERSIONS, PLUGIN], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise Misconfigured(f"{found} does not say which vLLM it is: {asked.stderr.strip()[-200:]}")
    version, transformers, plugin = json.loads(asked.stdout)
    return Program(path=found, version=version, transformers=transformers, has_plugin=plugin)


@dataclass(slots=True)
class Server:
    """Keeps one `vllm serve` running until `stop` is set, and announces its address after each proven start."""

    launch: Launch
    program: Program
    extra_flags: tuple[str, ...] = ()  # after all others
    inherited: Mapping[str, str] = field(default_factory=lambda: os.environ)
    untried: bool = False  # whether a release that nobody tried may be started
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve until `stop` is set, starting again after each end, with growing pauses.

        Raises `Misconfigured` if the release is refused, or if the server mixes pictures up in two proofs. It is
        stopped then: no server is better than one that hands out other people's documents.
        """
        release = release_of(self.program, native=self.launch.profile.native, untried=self.untried)
        if not release.known_from:
            _log.warning("nobody tried this vllm", version=self.program.version, transformers=self.program.transformers)
        pause = 1.0
        while not self.stop.is_set():
            started = asyncio.get_running_loop().time()
            code = await self._run_once(release)
            if self.stop.is_set():
                return
            lived = asyncio.get_running_loop().time() - started
            pause = 1.0 if lived > _SETTLED_SECONDS else min(_LONGEST_PAUSE, pause * 2)
            _log.error("vllm ended", exit=code, again_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)

    async def _run_once(self, release: Release) -> int | None:
        """Start the server, prove and announce it, and wait for its end or for `stop`; return its exit code."""
        # A pipe of our own: asyncio would think the server alive while a process that it left behind holds its pipe.
        reading, writing = os.pipe()
        words = [*command_line(self.launch, release, new_start_sign()), *self.extra_flags]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.parent", self.program.path, *words,
            stdin=asyncio.subprocess.DEVNULL, stdout=writing, stderr=writing,
            env=environment(self.inherited, self.launch.token, release), start_new_session=True,
        )  # fmt: skip
        os.close(writing)
        _log.info("vllm started", version=self.program.version, model=self.launch.model, pid=process.pid)
        log = asyncio.create_task(_forward_log(reading))
        ready = asyncio.create_task(self._prove_and_announce())
        ends = [asyncio.create_task(self.stop.wait()), asyncio.create_task(process.wait())]
        try:
            done, _ = await asyncio.wait([ready, *ends], return_when=asyncio.FIRST_COMPLETED)
            if ready in done and _came_up(ready):
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end_process(process)
            await asyncio.wait([log], timeout=_LOG_DRAIN_SECONDS)
            for task in (ready, log, *ends):
                task.cancel()
            await asyncio.gather(ready, log, *ends, return_exceptions=True)
        return process.returncode

    async def _prove_and_announce(self) -> None:
        await asyncio.wait_for(_wait_until_healthy(self.launch.url), _START_SECONDS)
        for left in reversed(range(_PROOFS)):
            verdict = await asyncio.to_thread(self._prove)
            if verdict.clean:
                break
            _log.error("engine is not used", why=verdict.why, drift=verdict.drift, proofs_left=left)
        else:
            raise Misconfigured(f"vLLM {self.program.version} was stopped, it cannot be used: {verdict.why}")
        _log.info("engine proven", why=verdict.why, drift=verdict.drift, seconds=verdict.seconds)
        sys.stdout.write(f"listening on {self.launch.url}\n")
        sys.stdout.flush()

    def _prove(self) -> ProofVerdict:
        headers = {"Authorization": f"Bearer {self.launch.token}"} if self.launch.token else {}
        with httpx.Client(trust_env=False, verify=False, headers=headers) as http:  # noqa: S501 - plain http on this machine
            model = fetch_server_info(http, self.launch.url, seconds=_ANSWER_SECONDS).model
            return prove(self.launch.url, token=self.launch.token, model=model, http=http)


async def serve(launch: Launch, *, untried: bool) -> None:
    """Serve the model until SIGTERM or SIGINT; raises `Misconfigured` as `installed` and `Server.run` do."""
    server = Server(launch, installed(), untried=untried)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop.set)
    await server.run()


def _came_up(ready: asyncio.Task[None]) -> bool:
    """Return whether the server came up; raises `Misconfigured` if starting it again would not help."""
    try:
        ready.result()
    except (Unavailable, TimeoutError) as error:
        _log.error("vllm did not come up", why=str(error) or f"not healthy after {_START_SECONDS:g} s")
        return False
    return True


async def _wait_until_healthy(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:  # noqa: S501 - as above
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"{url}/health", timeout=_ANSWER_SECONDS)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(_POLL_SECONDS)


async def _forward_log(pipe: int) -> None:
    """Write the server's output to our log, line by line; a line too long for the reader comes in pieces."""
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(pipe, "rb")
    )
    try:
        while chunk := await _read_log_line(stream):
            for line in filter(None, chunk.decode("utf-8", "replace").splitlines()):
                _log_server_line(line)
    finally:
        transport.close()


def _log_server_line(line: str) -> None:
    grave = " ERROR " in line or line.startswith(("ERROR", "Traceback"))
    log = _server_log.error if grave else _server_log.warning if " WARNING " in line else _server_log.info
    log(line)


async def _read_log_line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.readexactly(error.consumed)


async def _end_process(process: asyncio.subprocess.Process) -> None:
    """End the server, then every process that it started and left behind."""
    if process.returncode is None:
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
