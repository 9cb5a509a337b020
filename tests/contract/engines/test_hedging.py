"""Engines that are late: another one is asked too, and one that is gone is left."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import pytest
from aiohttp import web
from PIL import Image

from bot.domain.document import Reading
from bot.domain.errors import Unavailable
from tests.fakes.engine_profiles import PROFILES
from tests.fakes.fake_script import ChatRequest, Script
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import state_of
from workers.engines.base import AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu.client import Rapid
from workers.engines.cpu.server import application
from workers.engines.hedging import HedgeAllowance
from workers.engines.picture_encoding import encode
from workers.engines.usual_times import UsualTimes
from workers.engines.vllm.client import Timeouts, VllmEngine

ROOT = Path(__file__).resolve().parents[3]
SOON = Timeouts(late=0.2, health=0.3)
PICTURE = Image.new("RGB", (200, 120), "white")


class Hedges(list[str]):
    """What became of hedges."""


@pytest.fixture
def hedges() -> Hedges:
    return Hedges()


@pytest.fixture
def servers() -> Iterator[tuple[FakeVllm, FakeVllm]]:
    with FakeVllm() as one, FakeVllm() as other:
        yield one, other


@pytest.fixture
def client(hedges: Hedges) -> Iterator[Callable[..., VllmEngine]]:
    with ExitStack() as stack:

        def build(*urls: str) -> VllmEngine:
            built = VllmEngine(urls, timeouts=SOON, profiles=PROFILES, hedged=hedges.append)
            return stack.enter_context(closing(built))

        yield build


def read(engine: VllmEngine, seconds: float = 20.0) -> Reading:
    return engine.ask(encode(PICTURE, engine.form()), "提取图中的文字。", options=AskOptions(timeout=seconds))


def asked(servers: tuple[FakeVllm, FakeVllm]) -> list[ChatRequest]:
    return [one for server in servers for one in server.asked]


def hanging_first(servers: tuple[FakeVllm, FakeVllm], **hang: object) -> None:
    """Let the first request, wherever it comes, hang, and all others be answered."""

    def script(_: ChatRequest) -> Script:
        return Script(text="一二三四", **hang) if len(asked(servers)) == 1 else Script(text="好")  # type: ignore[arg-type]

    for server in servers:
        server.script = script


@pytest.mark.parametrize("hang", [{"first_after": 60}, {"stall_at": 1}])
def test_a_late_answer_is_asked_for_elsewhere_and_comes_once(
    servers: tuple[FakeVllm, FakeVllm], client: Callable[..., VllmEngine], hedges: Hedges, hang: dict[str, float]
) -> None:
    hanging_first(servers, **hang)
    assert read(client(*(server.url for server in servers))).text == "好"
    assert hedges == ["won"]
    assert sorted(state_of(one) for one in asked(servers)) == ["aborted", "done"]


def test_an_answer_that_comes_after_all_counts_and_the_other_request_is_ended(
    servers: tuple[FakeVllm, FakeVllm], client: Callable[..., VllmEngine], hedges: Hedges
) -> None:
    def script(_: ChatRequest) -> Script:
        return Script(text="一", first_after=1.2) if len(asked(servers)) == 1 else Script(text="二", first_after=60)

    for server in servers:
        server.script = script
    assert read(client(*(server.url for server in servers))).text == "一"
    assert hedges == ["lost"]
    assert sorted(state_of(one) for one in asked(servers)) == ["aborted", "done"]


def test_few_are_asked_twice_however_many_are_late(
    servers: tuple[FakeVllm, FakeVllm], client: Callable[..., VllmEngine], hedges: Hedges
) -> None:
    for server in servers:
        server.script = lambda _: Script(text="好", first_after=1.0)
    engine = client(*(server.url for server in servers))
    with ThreadPoolExecutor(20) as threads:
        assert {reading.text for reading in threads.map(lambda _: read(engine), range(20))} == {"好"}
    assert len(asked(servers)) <= 22
    assert 1 <= hedges.count("won") + hedges.count("lost") <= 2
    assert hedges.count("refused") >= 18


def test_with_one_address_a_late_answer_is_waited_for(client: Callable[..., VllmEngine], hedges: Hedges) -> None:
    with FakeVllm(script=lambda _: Script(text="好", first_after=1.0)) as server:
        assert read(client(server.url)).text == "好"
        assert len(server.asked) == 1
    assert hedges == []


@contextmanager
def another_process() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A vLLM of its own process, which can be stopped: then connections are taken, and nothing is ever answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.fakes.fake_vllm", str(port), "0.05", "4000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


def test_an_engine_that_stands_still_is_left_before_the_time_is_over(client: Callable[..., VllmEngine]) -> None:
    with another_process() as (url, process), ThreadPoolExecutor(8) as threads:
        engine = client(url)
        engine.form()
        waiting = [threads.submit(read, engine, 600.0) for _ in range(8)]
        time.sleep(0.5)
        process.send_signal(signal.SIGSTOP)
        for one in waiting:
            with pytest.raises(Unavailable, match="does not answer"):
                one.result(60)
        with pytest.raises(Unavailable) as raised:
            read(engine)
        assert raised.value.retry_after is not None


def test_what_an_engine_that_stands_still_was_asked_is_asked_elsewhere(client: Callable[..., VllmEngine]) -> None:
    with another_process() as (url, process), FakeVllm(script=lambda _: Script(text="好")) as other:
        engine = client(url, other.url)
        engine.form()
        process.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor(16) as threads:
            assert {one.text for one in threads.map(lambda _: read(engine, 600.0), range(16))} == {"好"}


# -- the CPU engine


@contextmanager
def cpu_service(number: int, *, late: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Serve an engine that reads its number on every picture, or nothing for a minute."""

    async def run() -> None:
        runner = web.AppRunner(application(Numbered(number=number, late=late, over=over)))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served.put(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await asyncio.to_thread(over.wait)
        await runner.cleanup()

    served, over = SimpleQueue[str](), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        yield served.get()
    finally:
        over.set()
        thread.join()


@dataclass
class Numbered:
    number: int
    late: Callable[[], bool]
    over: threading.Event
    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        if self.late():
            self.over.wait(60)
        return Reading(text=str(self.number))


def test_of_two_cpu_engines_the_other_one_reads_what_the_first_does_not(hedges: Hedges) -> None:
    with (
        cpu_service(1, late=lambda: True) as stuck,
        cpu_service(2) as other,
        closing(Rapid([stuck, other], hedged=hedges.append, late=0.1)) as engine,
    ):
        picture = encode(PICTURE, engine.form())
        assert {engine.ask(picture, "").text for _ in range(2)} == {"2"}
    assert hedges == ["won"]


def test_a_cpu_engine_that_stands_still_is_left(hedges: Hedges) -> None:
    with another_process() as (url, process), closing(Rapid([url], late=0.1, health=0.2)) as engine:
        process.send_signal(signal.SIGSTOP)
        picture = encode(PICTURE, engine.form())
        with pytest.raises(Unavailable, match="does not answer"):
            engine.ask(picture, "")
        with pytest.raises(Unavailable, match="is late"):
            engine.ask(picture, "")


# -- what is late


def test_late_is_what_takes_much_longer_than_its_like() -> None:
    usual = UsualTimes(least=5.0)
    assert usual.late_after(1_000_000) == 15.0
    for second in range(100):
        usual.add(1_000_000, float(second))
        usual.add(10_000, 0.1)
    assert usual.late_after(1_000_000) == pytest.approx(188, abs=2)
    assert usual.late_after(900_000) == usual.late_after(1_000_000)
    assert usual.late_after(10_000) == 5.0
    assert usual.late_after(100_000_000) == 15.0


def test_one_of_twenty_questions_may_be_asked_twice() -> None:
    allowance, taken = HedgeAllowance(), 0
    for _ in range(1000):
        allowance.add_question()
        taken += allowance.take()
    assert 50 <= taken <= 51
    for _ in range(1000):
        allowance.add_question()
    assert sum(allowance.take() for _ in range(100)) == 5
