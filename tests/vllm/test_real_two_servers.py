"""Two real vLLMs, one killed with -9 under load, restarted at its address and proven anew; `make test-vllm` runs this.

The model is tiny and random, so what it reads is noise; what counts is that every request is answered, and once.
"""

import itertools
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw

from bot.domain.errors import Unavailable
from tests.fakes.engine_profiles import V1_0
from tests.fakes.processes import descendants, kill_all
from tests.vllm.build import NEWEST
from tests.vllm.serving import KEY, serving
from workers.engines.base import AskOptions
from workers.engines.notes import MemoryEngineNotes
from workers.engines.picture_encoding import encode
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_cache import ProofCache
from workers.engines.vllm.proof_judgement import ProofVerdict
from workers.engines.vllm.server_info import fetch_start_sign

URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
PROMPT = "提取图中的文字。"
BRIEF = replace(V1_0, most_tokens=24)
REQUESTS = 40  # answers of the server that lives, after the other was killed
_PATIENCE = 600.0  # seconds for a vLLM to come back on a busy machine
_ANSWERS = re.compile(r'^vllm:request_success_total\{[^}]*finished_reason="(?!abort)[^}]*\} (\S+)$', re.MULTILINE)
_RUNNING = re.compile(r"^vllm:num_requests_running\{[^}]*\} (\S+)$", re.MULTILINE)
pytestmark = [
    pytest.mark.skipif(not URL, reason="make test-vllm runs these on a real vLLM"),
    pytest.mark.timeout(1800),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """When a reading was begun and when it ended, in seconds."""

    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The workers' client of two servers, with what it proved, in order."""

    engine: VllmEngine
    http: httpx.Client
    proven: list[str] = field(default_factory=list)

    def metric(self, url: str, pattern: re.Pattern[str]) -> float:
        return sum(map(float, pattern.findall(self.http.get(f"{url}/metrics").text)))

    def read(self, number: int) -> Answered:
        """Read a picture as jobs do, again after what passes."""
        began = time.monotonic()
        image = Image.new("RGB", (600, 480), "white")
        ImageDraw.Draw(image).text((20, 20), f"No {number:04}", fill="black", font_size=60)
        picture = encode(image, self.engine.form())
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self.engine.ask(picture, PROMPT, options=AskOptions(request_id=f"r-{number}"))
            except Unavailable:
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return Answered(began=began, ended=time.monotonic())


@contextmanager
def pair(*urls: str) -> Iterator[Pair]:
    notes, proven = MemoryEngineNotes(), list[str]()

    def prove_and_note(url: str, *, token: str, model: str, http: httpx.Client) -> ProofVerdict:
        proven.append(url)
        return prove(url, token=token, model=model, http=http)

    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as http:
        proofs = ProofCache(notes, http, token=KEY, prove=prove_and_note)
        for url in urls:
            proofs.admit(url)
        with closing(
            VllmEngine(urls, token=KEY, notes=notes, admit=proofs.admit, recheck=proofs.recheck, profile=BRIEF)
        ) as engine:
            yield Pair(engine=engine, http=http, proven=proven)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_restarted(http: httpx.Client, url: str, sign: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if fetch_start_sign(http, url, seconds=5) != sign:
                return
        except Unavailable:
            time.sleep(1.0)
    pytest.fail("the killed vLLM did not come back")


def test_what_a_killed_server_was_asked_the_other_answers_once_and_it_is_proven_again_before_it_is_asked(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "log", NEWEST.release) as doomed, pair(doomed.url, URL) as both:
        sign = fetch_start_sign(both.http, doomed.url, seconds=30)
        stop, numbers = threading.Event(), itertools.count()

        def read_on() -> list[Answered]:
            answers = []
            while not stop.is_set():
                answers.append(both.read(next(numbers)))
            return answers

        with ThreadPoolExecutor(12) as threads:
            futures = [threads.submit(read_on) for _ in range(12)]
            try:
                wait_for(lambda: both.metric(doomed.url, _RUNNING) > 0)
                marked, before = time.monotonic(), both.metric(URL, _ANSWERS)
                kill_all(descendants(doomed.process.pid)[1:])
                killed = time.monotonic()
                wait_for(lambda: both.metric(URL, _ANSWERS) >= before + REQUESTS)
            finally:
                stop.set()
            answered = [answer for future in futures for answer in future.result()]
        by_the_other = both.metric(URL, _ANSWERS) - before
        asked_later = sum(answer.began > killed + 1 for answer in answered)
        ended_since = sum(answer.ended > marked for answer in answered)
        assert asked_later <= by_the_other <= ended_since
        assert both.proven == [doomed.url, URL]

        wait_until_restarted(both.http, doomed.url, sign)
        deadline = time.monotonic() + _PATIENCE
        while doomed.url not in both.proven[2:]:
            assert time.monotonic() < deadline
            both.read(0)
        assert both.proven == [doomed.url, URL, doomed.url]
