"""The client when servers are slow, full, broken or gone, on the fake vLLM."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.document import Stop
from bot.domain.errors import Misconfigured, Refused, Unavailable
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import HASTY, NOBODY, PROMPT, Open, drawn, read, saying, state_of
from workers.engines.vllm.client import Timeouts, VllmEngine
from workers.engines.vllm.faults import UnknownModel


def test_nothing_in_time_is_unavailable(server: FakeVllm, client: Open) -> None:
    server.script = saying(first_after=60)
    with pytest.raises(Unavailable, match="time"):
        read(client(server.url), drawn(), PROMPT, timeout=0.3)
    assert state_of(server.asked[0]) == "aborted"


def test_too_little_time_is_not_held_against_the_server(server: FakeVllm, client: Open) -> None:
    server.script = lambda asked: Script(first_after=60 if len(server.asked) == 1 else 0)
    reader = client(server.url)
    with pytest.raises(Unavailable):
        read(reader, drawn(), PROMPT, timeout=0.3)
    assert read(reader, drawn(), PROMPT).stop is Stop.DONE


def test_a_server_that_never_begins_is_left(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    server.script = saying(first_after=60)
    reader = client(server.url, other.url, timeouts=HASTY)
    assert {read(reader, drawn(), PROMPT).stop for _ in range(3)} == {Stop.DONE}
    assert len(server.asked) == 1
    assert state_of(server.asked[0]) == "aborted"


def test_a_server_that_falls_silent_is_not_waited_for(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    server.script = other.script = saying(text="一二三四五六", stall_at=2)
    with pytest.raises(Unavailable, match="silent"):
        read(client(server.url, other.url, timeouts=Timeouts(next_token=0.3)), drawn(), PROMPT)
    assert len(server.asked) + len(other.asked) == 1


@pytest.mark.parametrize("script", [{"die_at": 0}, {"error_at": 0}, {"status": 500}, {"status": 502}])
def test_before_the_first_token_the_next_address_is_tried(
    server: FakeVllm, other: FakeVllm, client: Open, script: dict[str, int]
) -> None:
    server.script = saying(text="一二三四", **script)
    other.script = saying(text="好")
    reader = client(server.url, other.url)
    assert [read(reader, drawn(), PROMPT).text for _ in range(2)] == ["好", "好"]


@pytest.mark.parametrize("script", [{"die_at": 2}, {"error_at": 2}])
def test_after_the_first_token_it_is_not(
    server: FakeVllm, other: FakeVllm, client: Open, script: dict[str, int]
) -> None:
    server.script = other.script = saying(text="一二三四五六七八", **script)
    with pytest.raises(Unavailable):
        read(client(server.url, other.url), drawn(), PROMPT)
    assert len(server.asked) + len(other.asked) == 1


def test_a_dead_address_is_left_out_until_it_answers(server: FakeVllm, client: Open) -> None:
    server.stop()
    reader = client(server.url)
    with pytest.raises(Unavailable, match=str(server.port)):
        read(reader, drawn(), PROMPT)
    server.start()
    with pytest.raises(Unavailable, match=str(server.port)) as raised:
        read(reader, drawn(), PROMPT)
    assert server.asked == []
    assert raised.value.retry_after is not None
    time.sleep(raised.value.retry_after + 0.05)
    assert read(reader, drawn(), PROMPT).stop is Stop.DONE


def test_a_killed_server_ends_its_readings(server: FakeVllm, client: Open) -> None:
    server.script = saying(text="字" * 4000)
    server.token_seconds = 0.005
    reader = client(server.url)
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read, reader, drawn(), PROMPT)
        while not (server.asked and server.asked[0].tokens_sent > 3):
            time.sleep(0.01)
        server.stop()
        with pytest.raises(Unavailable):
            reading.result(5)
    server.start()


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_says_when_to_come_back(server: FakeVllm, client: Open, status: int) -> None:
    server.script = saying(status=status, retry_after="9")
    reader = client(server.url)
    for _ in range(2):
        with pytest.raises(Unavailable) as raised:
            read(reader, drawn(), PROMPT)
        assert raised.value.retry_after == pytest.approx(9, abs=1)
    assert len(server.asked) == 1


def test_what_is_the_documents_fault_is_tried_nowhere_else(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    server.script = other.script = saying(status=400)
    reader = client(server.url, other.url)
    for number in (1, 2):
        with pytest.raises(Refused, match="picture_not_taken"):
            read(reader, drawn(), PROMPT)
        assert len(server.asked) + len(other.asked) == number


def test_a_wrong_key_at_one_address_does_not_stop_the_others(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    server.key = "another"
    reader = client(server.url, other.url, token="sesame")
    assert [read(reader, drawn(), PROMPT).stop for _ in range(2)] == [Stop.DONE] * 2
    other.key = "another"
    with pytest.raises(Misconfigured, match="OCRBOT_ENGINE__TOKEN"):
        read(client(server.url, other.url, token="sesame"), drawn(), PROMPT)


def test_a_server_with_another_model_is_looked_at_again(server: FakeVllm, client: Open) -> None:
    reader = client(server.url)
    read(reader, drawn(), PROMPT)
    server.model = "tencent/HunyuanOCR-1.0"
    with pytest.raises(UnknownModel):
        read(reader, drawn(), PROMPT)
    assert read(reader, drawn(), PROMPT).stop is Stop.DONE


def test_a_server_that_takes_no_priorities_is_asked_without(server: FakeVllm, client: Open) -> None:
    server.priorities = "refused"
    reader = client(server.url)
    for _ in range(2):
        assert read(reader, drawn(), PROMPT, priority=3).stop is Stop.DONE
    assert [asked.body.get("priority") for asked in server.asked] == [None, None]


def test_something_else_than_a_vllm_is_the_admins_to_mend(client: Open, other: FakeVllm) -> None:
    with pytest.raises(Misconfigured, match="OCRBOT_ENGINE__URLS"):
        read(client(f"{other.url}/elsewhere"), drawn(), PROMPT)


def test_nobody_there_is_unavailable(client: Open) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        read(client(NOBODY), drawn(), PROMPT)


def test_no_address_is_a_setting_missing() -> None:
    with pytest.raises(Misconfigured, match="URLS"):
        VllmEngine([])
