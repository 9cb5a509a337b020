"""What `ocrbot engine` runs for HunyuanOCR: a `vllm serve` of its own, proven before its address is told."""

import asyncio
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
from workers.engines.hunyuan.launch import Launch, command_line, environment
from workers.engines.hunyuan.proof import ProofVerdict, prove
from workers.engines.hunyuan.server_info import look

_START_SECONDS = 1800.0  # loading and compiling
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 20.0
_LAST_WORDS_SECONDS = 2.0
_LOOK_SECONDS = 1.0
_LONGEST_PAUSE = 60.0
_SETTLED_SECONDS = 600.0  # after so long a server's end is no failure to start
_PROOFS = 2  # one that failed is repeated once

_log = structlog.get_logger("ocrbot.engines")
_server_log = structlog.get_logger("ocrbot.vllm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The vLLM that is installed."""

    path: str
    version: str


def installed(path: str | None = None) -> Program:
    """Return the vLLM beside this Python, else the one on `path` (the PATH when None); raises `Misconfigured`."""
    beside = Path(sys.executable).with_name("vllm")
    found = str(beside) if beside.exists() else shutil.which("vllm", path=path)
    if found is None:
        raise Misconfigured(
            "OCRBOT_ENGINE__KIND is hunyuan, but no vllm is installed: install the group gpu (uv sync --group gpu), "
            "or run a vLLM elsewhere, name it in OCRBOT_ENGINE__URLS and start no engine here"
        )
    python = Path(os.path.realpath(found)).with_name("python")
    asked = subprocess.run(  # noqa: S603 - both words are ours
        [python, "-c", "from importlib.metadata import version; print(version('vllm'))"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if asked.returncode:
        raise Misconfigured(f"{found} does not say which vLLM it is: {asked.stderr.strip()[-200:]}")
    return Program(path=found, version=asked.stdout.strip())


@dataclass(slots=True)
class Server:
    """Keeps one `vllm serve` running until `stop` is set; `run` tells each start's address when it was proven."""

    launch: Launch
    program: Program
    more: tuple[str, ...] = ()  # flags after all others
    inherited: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve until told to stop, again after each end, with pauses that grow.

        Raises `Misconfigured` where the release is refused or the server, twice proven, mixes pictures up: it is
        stopped then, for no server is better than one that hands out other people's documents.
        """
        command = [self.program.path, *command_line(self.launch, self.program.version), *self.more]
        pause = 1.0
        while not self.stop.is_set():
            started = asyncio.get_running_loop().time()
            code = await self._once(command)
            if self.stop.is_set():
                return
            lived = asyncio.get_running_loop().time() - started
            pause = 1.0 if lived > _SETTLED_SECONDS else min(_LONGEST_PAUSE, pause * 2)
            _log.error("vllm ended", exit=code, again_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)

    async def _once(self, command: list[str]) -> int | None:
        """Start the server, prove it, tell its address, and wait for its end or for `stop`."""
        # A pipe of our own: asyncio would take the server for alive while a process that it left behind holds its pipe.
        reading, writing = os.pipe()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.parent", *command,
            stdin=asyncio.subprocess.DEVNULL, stdout=writing, stderr=writing,
            env=environment(self.inherited, self.launch.token), start_new_session=True,
        )  # fmt: skip
        os.close(writing)
        _log.info("vllm started", version=self.program.version, model=self.launch.model, pid=process.pid)
        log = asyncio.create_task(_pass_on(reading))
        ready = asyncio.create_task(self._announced())
        ends = [asyncio.create_task(self.stop.wait()), asyncio.create_task(process.wait())]
        try:
            done, _ = await asyncio.wait([ready, *ends], return_when=asyncio.FIRST_COMPLETED)
            if ready in done and _succeeded(ready):
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(process)
            await asyncio.wait([log], timeout=_LAST_WORDS_SECONDS)
            for task in (ready, log, *ends):
                task.cancel()
            await asyncio.gather(ready, log, *ends, return_exceptions=True)
        return process.returncode

    async def _announced(self) -> None:
        await asyncio.wait_for(_healthy(self.launch.url), _START_SECONDS)
        for left in reversed(range(_PROOFS)):
            verdict = await asyncio.to_thread(self._verdict)
            if verdict.clean:
                break
            _log.error("engine is not used", why=verdict.why, drift=verdict.drift, proofs_left=left)
        else:
            raise Misconfigured(f"vLLM {self.program.version} was stopped, it cannot be used: {verdict.why}")
        _log.info("engine proven", why=verdict.why, drift=verdict.drift, seconds=verdict.seconds)
        sys.stdout.write(f"listening on {self.launch.url}\n")
        sys.stdout.flush()

    def _verdict(self) -> ProofVerdict:
        headers = {"Authorization": f"Bearer {self.launch.token}"} if self.launch.token else {}
        with httpx.Client(trust_env=False, verify=False, headers=headers) as http:  # noqa: S501 - plain http on this machine
            model = look(http, self.launch.url, seconds=_ANSWER_SECONDS).model
            return prove(self.launch.url, key=self.launch.token, model=model, http=http)


async def serve(launch: Launch) -> None:
    """Serve HunyuanOCR until SIGTERM or SIGINT; raises `Misconfigured` as `installed` and `Server.run` do."""
    server = Server(launch, installed())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop.set)
    await server.run()


def _succeeded(ready: asyncio.Task[None]) -> bool:
    """Tell whether the server came up; raises `Misconfigured` where starting it again mends nothing."""
    try:
        ready.result()
    except (Unavailable, TimeoutError) as error:
        _log.error("vllm did not come up", why=str(error) or f"not in health after {_START_SECONDS:g} s")
        return False
    return True


async def _healthy(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:  # noqa: S501 - as above
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"{url}/health", timeout=_ANSWER_SECONDS)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(_LOOK_SECONDS)


async def _pass_on(pipe: int) -> None:
    """Write the server's lines to our log; a line too long for the reader is cut in pieces."""
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(pipe, "rb")
    )
    try:
        while chunk := await _line(stream):
            for line in filter(None, chunk.decode("utf-8", "replace").splitlines()):
                _log_as_said(line)
    finally:
        transport.close()


def _log_as_said(line: str) -> None:
    grave = " ERROR " in line or line.startswith(("ERROR", "Traceback"))
    log = _server_log.error if grave else _server_log.warning if " WARNING " in line else _server_log.info
    log(line)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.readexactly(error.consumed)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the server, and then all that it started and left behind."""
    if process.returncode is None:
        process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
