"""What a vLLM is asked, and how its answers end, on the fake one."""

from dataclasses import replace

import pytest

from bot.domain.document import Stop
from bot.domain.engine_profile import Profile
from bot.domain.errors import Unavailable
from tests.fakes.engine_profiles import V1_0, V1_5
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import PROMPT, Open, drawn, read, saying, state_of


@pytest.mark.parametrize(("model", "profile"), [("tencent/HunyuanOCR-1.0", V1_0), ("tencent/HunyuanOCR-1.5", V1_5)])
def test_the_question_is_the_models_own_form(server: FakeVllm, client: Open, model: str, profile: Profile) -> None:
    server.model, server.root, server.script = model, "", saying(text="字" * 10)
    read(client(server.url), drawn(), PROMPT, request_id="t-1-0", priority=4)
    (asked,) = server.asked
    system, user = asked.body["messages"]
    assert system == {"role": "system", "content": ""}
    assert [part["type"] for part in user["content"]] == ["image_url", "text"]
    assert user["content"][1]["text"] == PROMPT
    assert {name: asked.body[name] for name in profile.sampling} == dict(profile.sampling)
    assert asked.body["model"] == model
    assert asked.body["stream"] is True
    assert asked.body["stream_options"] == {"include_usage": True}
    assert asked.body["skip_special_tokens"] is False
    assert asked.body["repetition_detection"] == {"max_pattern_size": 20, "min_pattern_size": 1, "min_count": 8}
    assert 8000 < asked.body["max_tokens"] <= 16384
    assert (asked.request_id, asked.priority) == ("t-1-0", 4)


@pytest.mark.parametrize(("version", "has_it"), [("0.18.1", False), ("0.28.0", True), ("1.0.0", True), ("0.9", False)])
def test_a_server_is_asked_for_what_its_version_has(
    server: FakeVllm, client: Open, version: str, *, has_it: bool
) -> None:
    server.version = version
    read(client(server.url), drawn(), PROMPT)
    assert ("repetition_detection" in server.asked[0].body) is has_it


@pytest.mark.parametrize(("profile", "seen"), [(V1_0, (1696, 2432)), (V1_5, (2496, 3520))])
def test_a_large_page_is_sent_as_the_model_sees_it(
    server: FakeVllm, client: Open, profile: Profile, seen: tuple[int, int]
) -> None:
    read(client(server.url, profile=profile), drawn(size=(2480, 3508)), PROMPT)
    sent = server.asked[0].picture.size
    assert sent in {seen, (2480, 3508)}
    assert sent[0] * sent[1] <= min(2480 * 3508, profile.most_pixels)


def test_a_page_fits_a_short_context(server: FakeVllm, client: Open) -> None:
    server.context = 4096
    read(client(server.url), drawn(size=(4000, 3000)), PROMPT)
    (asked,) = server.asked
    assert asked.tokens < 3 * 4096 / 4
    assert asked.body["max_tokens"] >= 1024


def test_a_prompt_may_say_anything(server: FakeVllm, client: Open) -> None:
    prompt = '<picture> "quoted" \\ \n <picture>'
    read(client(server.url), drawn(), prompt)
    assert server.asked[0].prompt == prompt
    assert server.asked[0].pictures == 1


@pytest.mark.parametrize(("finish", "stop"), [("stop", Stop.DONE), ("length", Stop.LENGTH)])
def test_why_it_stopped_is_told(server: FakeVllm, client: Open, finish: str, stop: Stop) -> None:
    server.script = saying(text="发票号码 12345", finish=finish)
    reading = read(client(server.url), drawn(), PROMPT)
    assert (reading.text, reading.stop) == ("发票号码 12345", stop)


@pytest.mark.parametrize("finish", ["abort", "error"])
def test_an_answer_that_the_server_gave_up_is_none(server: FakeVllm, client: Open, finish: str) -> None:
    server.script = saying(text="发票", finish=finish)
    with pytest.raises(Unavailable, match=finish):
        read(client(server.url), drawn(), PROMPT)


def test_a_loop_is_ended_by_the_server(server: FakeVllm, client: Open) -> None:
    server.script = saying(text="开头", loop="圈")
    reading = read(client(server.url), drawn(), PROMPT)
    assert reading.stop is Stop.REPETITION
    assert reading.text.startswith("开头圈")
    assert server.asked[0].tokens_sent < 20


def test_a_loop_is_ended_by_us_where_the_server_does_not(server: FakeVllm, client: Open) -> None:
    server.version = "0.18.1"
    server.script = saying(text="开头", loop="圈圈")
    reading = read(client(server.url), drawn(), PROMPT)
    assert reading.stop is Stop.REPETITION
    assert len(reading.text) < 6000
    assert state_of(server.asked[0]) == "aborted"


@pytest.mark.parametrize("version", ["0.18.1", "0.33.0"])
def test_tokens_in_gulps_or_one_by_one_are_the_same(server: FakeVllm, client: Open, version: str) -> None:
    server.version, server.script = version, saying(text="发票号码 12345 金额 6.70 元" * 9)
    assert read(client(server.url), drawn(), PROMPT).text == "发票号码 12345 金额 6.70 元" * 9


def test_the_token_cap_ends_an_answer(server: FakeVllm, client: Open) -> None:
    server.script = saying(text="字" * 200)
    reading = read(client(server.url, profile=replace(V1_5, most_tokens=10)), drawn(), PROMPT)
    assert (reading.text, reading.stop) == ("字" * 20, Stop.LENGTH)


def test_what_came_in_time_is_kept(server: FakeVllm, client: Open) -> None:
    server.script = saying(text="一二三四", stall_at=1)
    reading = read(client(server.url), drawn(), PROMPT, timeout=0.5)
    assert (reading.text, reading.stop) == ("一二", Stop.TIME)
    assert state_of(server.asked[0]) == "aborted"
