"""What a collector of OpenTelemetry gets, and what it cannot hold up."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import Refused, Unavailable
from bot.telemetry.traces import OtlpTraces
from bot.tracing import Tracing
from tests.contract.rq_worker.test_threaded_worker import until
from tests.fakes.otlp_collector import OtlpCollector, SentSpan

TASK = "0123456789abcdef0123"


@contextmanager
def sending_to(url: str, process: str = "worker") -> Iterator[OtlpTraces]:
    traces = OtlpTraces(url, process=process)
    traces.start()
    yield traces
    traces.stop()


def by_name(collector: OtlpCollector) -> dict[str, SentSpan]:
    return {span.name: span for span in collector.spans()}


def read_a_file(traces: Tracing) -> None:
    with traces.step("read", TASK) as step, traces.part("file") as file:
        file.note(pages=2, bytes=1234)

        def ask() -> None:
            with traces.part("engine", of=file) as engine:
                engine.note(result="done", tokens=17)

        asking = Thread(target=ask)
        asking.start()
        asking.join()
        step.note(result="done")


def test_two_processes_that_know_only_a_tasks_id_write_one_trace() -> None:
    with OtlpCollector() as collector:
        with sending_to(collector.url) as worker:
            read_a_file(worker)
        with sending_to(collector.url, "bot") as bot:
            bot.message(TASK, began=1_700_000_000.0, again=False, kind="read", files=1)
        spans = by_name(collector)
    assert {span.trace for span in spans.values()} == {spans["message"].trace}
    assert spans["message"].trace.startswith(TASK)
    assert spans["message"].parent == ""
    assert spans["read"].parent == spans["message"].id
    assert spans["file"].parent == spans["read"].id
    assert spans["engine"].parent == spans["file"].id
    assert spans["message"].service == "ocrbot-bot"
    assert spans["engine"].service == "ocrbot-worker"
    assert spans["engine"].facts == {"ocrbot.task": TASK, "ocrbot.result": "done", "ocrbot.tokens": 17}


def test_a_message_that_is_delivered_again_stands_below_its_first_arrival() -> None:
    with OtlpCollector() as collector:
        with sending_to(collector.url) as traces:
            traces.message(TASK, began=1.0, again=False)
            traces.message(TASK, began=2.0, again=True)
        first, again = collector.spans()
    assert again.trace == first.trace
    assert again.parent == first.id


def test_a_call_that_has_ended_is_a_part_of_the_work_around_it() -> None:
    with OtlpCollector() as collector:
        with sending_to(collector.url) as traces:
            traces.ended("dingtalk", seconds=1.0, call="of no task")
            with traces.step("reply", TASK):
                traces.ended("dingtalk", seconds=0.25, call="sendBySession", result="ok")
        spans = collector.spans()
    assert [span.name for span in spans] == ["dingtalk", "reply"]
    assert spans[0].parent == spans[1].id
    assert spans[0].facts["ocrbot.call"] == "sendBySession"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (Refused("file_locked", "合同.pdf 有密码"), "file_locked"),
        (Unavailable("no answer for 合同.pdf"), "Unavailable"),
    ],
)
def test_of_an_error_only_a_word_goes(error: Exception, word: str) -> None:
    with OtlpCollector() as collector:
        with sending_to(collector.url) as traces, pytest.raises(type(error)), traces.step("read", TASK):
            raise error
        (span,) = collector.spans()
        assert span.failed
        assert span.facts["ocrbot.error"] == word
        assert not any("合同".encode() in body for body in collector.bodies)


def test_a_text_that_is_no_word_of_the_program_never_goes() -> None:
    with OtlpCollector() as collector:
        with sending_to(collector.url) as traces, traces.step("read", TASK) as step:
            step.note(result="青禾样例科技有限公司", kind="a sentence", pages=1)
        (span,) = collector.spans()
    assert span.facts == {"ocrbot.task": TASK, "ocrbot.pages": 1}


def test_a_collector_that_never_answers_holds_nobody_up() -> None:
    with OtlpCollector() as collector:
        collector.answers.clear()
        with sending_to(collector.url) as traces:
            read_a_file(traces)
            assert collector.asked.wait(30)
            for _ in range(10_000):  # more than wait in memory
                with traces.step("read", TASK):
                    pass
            assert not collector.bodies


def test_without_a_collector_the_work_goes_on_and_the_log_says_so_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with capture_logs() as lines:
        with sending_to(address) as traces:
            read_a_file(traces)
        until(lambda: any("OCRBOT_TRACES__ENDPOINT" in line["event"] for line in lines), seconds=60)  # by a thread
    assert [line["event"] for line in lines if "OCRBOT_TRACES__ENDPOINT" in line["event"]] == [
        "traces do not arrive and are dropped: is the collector at OCRBOT_TRACES__ENDPOINT up?"
    ]


def test_a_deployment_without_a_collector_loads_no_exporter() -> None:
    loading = """
import sys
import bot.wiring.bot, bot.wiring.worker
from bot.config.settings import Settings
from bot.tracing import NO_TRACING
from bot.wiring.telemetry import tracing
assert tracing(Settings(), "bot") is NO_TRACING
print([name for name in sys.modules if name.startswith(("opentelemetry.exporter", "google"))])
"""
    loaded = subprocess.run([sys.executable, "-c", loading], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
