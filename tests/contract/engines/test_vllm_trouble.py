"""The client when servers are slow, full, broken, gone or several, on the fake vLLM."""

import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw
from redis import Redis

from bot.domain.document import Reading, Stop
from bot.domain.engine_profile import Profile, ProfileChoice
from bot.domain.errors import Misconfigured, Refused, Unavailable
from bot.storage.engine_notes import RedisEngineNotes
from tests.fakes.engine_profiles import CHOICE, GLM_OCR, PROFILES, V1_0, V1_5
from tests.fakes.fake_script import ChatRequest, Script
from tests.fakes.fake_vllm import FakeVllm
from workers.engines.addresses import Addresses
from workers.engines.base import AskOptions
from workers.engines.clients import require_allowed_model
from workers.engines.notes import MemoryEngineNotes
from workers.engines.picture_encoding import encode
from workers.engines.vllm.client import Timeouts, VllmEngine
from workers.engines.vllm.faults import UnknownModel

PROMPT = "提取图中的文字。"
HASTY = Timeouts(first_token=0.3, next_token=0.3)
NOBODY = "http://127.0.0.1:9"
Open = Callable[..., VllmEngine]


def drawn(words: str = "你好", size: tuple[int, int] = (200, 120)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((5, 5), words, fill="black", font_size=40)
    return image


def read(engine: VllmEngine, image: Image.Image, prompt: str, **options: Any) -> Reading:
    return engine.ask(encode(image, engine.form()), prompt, options=AskOptions(**options))


def saying(**script: object) -> Callable[[ChatRequest], Script]:
    return lambda _: Script(**script)  # type: ignore[arg-type]


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def client() -> Iterator[Open]:
    with ExitStack() as stack:

        def build(*urls: str, timeouts: Timeouts | None = None, **options: object) -> VllmEngine:
            built = VllmEngine(urls, timeouts=timeouts, profiles=PROFILES, **options)  # type: ignore[arg-type]
            return stack.enter_context(closing(built))

        yield build


# -- what is asked


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


# -- how answers end


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


def state_of(asked: ChatRequest) -> str:
    until = time.monotonic() + 3
    while asked.state not in {"done", "aborted"} and time.monotonic() < until:
        time.sleep(0.01)
    return asked.state


# -- when things go wrong


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


# -- which address


def test_only_admitted_addresses_are_used(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    asked: list[str] = []

    def admit(url: str) -> None:
        asked.append(url)
        if url == server.url:
            raise Unavailable("mixes pictures up", retry_after=30)

    reader = client(server.url, other.url, admit=admit)
    assert {read(reader, drawn(), PROMPT).stop for _ in range(4)} == {Stop.DONE}
    assert server.asked == []
    assert len(other.asked) == 4
    assert asked.count(server.url) == 1
    only = client(server.url, admit=admit)
    for _ in range(2):
        with pytest.raises(Unavailable, match="mixes pictures up"):
            read(only, drawn(), PROMPT)


def test_a_failure_is_doubt(server: FakeVllm, client: Open) -> None:
    doubted: list[str] = []
    server.script = saying(text="一二三四", die_at=1)
    with pytest.raises(Unavailable):
        read(client(server.url, recheck=doubted.append), drawn(), PROMPT)
    assert doubted == [server.url]


def test_the_load_is_spread(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    for one in (server, other):
        one.script = saying(text="字" * 40)
        one.token_seconds = 0.005
    reader = client(server.url, other.url)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: read(reader, drawn(), PROMPT), range(16)))
    assert 5 <= len(server.asked) <= 11


def test_the_least_busy_as_all_processes_see_it(redis: Redis) -> None:
    here, elsewhere = (Addresses(["http://a", "http://b"], RedisEngineNotes(redis)) for _ in range(2))
    with here.busy("http://a"), here.busy("http://a"), elsewhere.busy("http://b"):
        assert {elsewhere.in_order()[0] for _ in range(4)} == {"http://b"}
        assert {here.in_order()[0] for _ in range(4)} == {"http://b"}
    here.failed("http://b", "broken")
    assert elsewhere.in_order() == ["http://a"]


def test_counts_of_killed_workers_are_forgotten() -> None:
    now = [1_790_000_000.0]
    notes = MemoryEngineNotes(lambda: now[0])
    addresses = Addresses(["http://a", "http://b"], notes, lambda: now[0])
    killed = [addresses.busy("http://a") for _ in range(5)]
    for reading in killed:
        reading.__enter__()
    assert {addresses.in_order()[0] for _ in range(4)} == {"http://b"}
    now[0] += 1300
    with addresses.busy("http://b"):
        assert {addresses.in_order()[0] for _ in range(4)} == {"http://a"}


def test_rests_grow_and_end() -> None:
    now = [1_790_000_000.0]
    addresses = Addresses(["http://a"], MemoryEngineNotes(lambda: now[0]), lambda: now[0])
    pauses = []
    for _ in range(6):
        for _ in range(3):  # many readings that fail together are one failure
            addresses.failed("http://a", "refused")
        with pytest.raises(Unavailable, match="refused") as raised:
            addresses.in_order()
        pauses.append(raised.value.retry_after or 0)
        now[0] += pauses[-1] + 0.01
        assert addresses.in_order() == ["http://a"]
    assert pauses == pytest.approx([1, 2, 4, 8, 15, 15])
    addresses.worked("http://a")
    addresses.failed("http://a", "refused")
    with pytest.raises(Unavailable) as raised:
        addresses.in_order()
    assert raised.value.retry_after == pytest.approx(1)


# -- many at once


def test_urgent_pictures_come_before_the_pages_of_a_long_file(server: FakeVllm, client: Open) -> None:
    server.slots, server.token_seconds = 1, 0.02
    reader = client(server.url)
    with ThreadPoolExecutor(8) as threads:
        readings = [threads.submit(read, reader, drawn(), PROMPT, request_id="first")]
        while not server.started:
            time.sleep(0.005)
        for number, priority in enumerate([40, 39, 3, 2, 0]):
            request = f"{priority}"
            readings.append(threads.submit(read, reader, drawn(), PROMPT, request_id=request, priority=priority))
            while len(server.asked) < number + 2:
                time.sleep(0.005)
        assert {reading.result().stop for reading in readings} == {Stop.DONE}
    assert [asked.request_id for asked in server.started] == ["first", "0", "2", "3", "39", "40"]


def test_everyone_gets_the_answer_to_their_own_picture(server: FakeVllm, client: Open) -> None:
    reader = client(server.url)
    pictures = [drawn(f"{number:03}") for number in range(64)]
    alone = [read(reader, picture, PROMPT).text for picture in pictures]
    with ThreadPoolExecutor(64) as threads:
        together = list(threads.map(lambda picture: read(reader, picture, PROMPT).text, pictures))
    assert together == alone
    assert len(set(alone)) == 64


def test_a_forked_process_reads_with_what_was_built_before(server: FakeVllm, client: Open) -> None:
    reader = client(server.url)
    own = read(reader, drawn("parent"), PROMPT).text  # it leaves an idle connection behind
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()

    def work(number: int) -> None:
        with ThreadPoolExecutor(4) as threads:
            said = list(threads.map(lambda page: read(reader, drawn(f"{number} {page}"), PROMPT).text, range(4)))
        answers.put(json.dumps(said))

    processes = [fork.Process(target=work, args=(number,)) for number in range(3)]
    for process in processes:
        process.start()
    texts = [text for _ in processes for text in json.loads(answers.get())]
    for process in processes:
        process.join()
    assert len({*texts, own}) == 13
    assert read(reader, drawn("parent"), PROMPT).text == own
    assert {process.exitcode for process in processes} == {0}


def test_all_requests_in_flight_share_a_thread_that_ends_with_the_client(server: FakeVllm, client: Open) -> None:
    reader = client(server.url)
    page = encode(drawn(), reader.form())
    reader.close()
    server.script = saying(text="字" * 4000)
    server.token_seconds = 0.01
    before = {*threading.enumerate()}
    with ThreadPoolExecutor(16) as callers:
        readings = [callers.submit(reader.ask, page, PROMPT) for _ in range(16)]
        until = time.monotonic() + 20
        while len(server.asked) < 16 and time.monotonic() < until:
            time.sleep(0.01)
        in_flight = {*threading.enumerate()} - before
        reader.close()
        assert {type(reading.exception(20)) for reading in readings} == {Unavailable}
    assert len(in_flight) == 16 + 1
    assert [thread for thread in in_flight if thread.is_alive()] == []


# -- which model is met


def allowing(choice: ProfileChoice) -> Callable[[str], None]:
    def admit(url: str) -> None:
        with httpx.Client(trust_env=False) as http:
            require_allowed_model(url, choice, MemoryEngineNotes(), http)

    return admit


def test_the_licence_is_looked_at_before_any_picture_is_sent(server: FakeVllm, client: Open) -> None:
    with pytest.raises(Misconfigured, match="may not be used in FR"):
        read(client(server.url, admit=allowing(replace(CHOICE, territory="FR"))), drawn(), PROMPT)
    assert server.asked == []
    read(client(server.url, admit=allowing(CHOICE)), drawn(), PROMPT)
    assert server.asked


def test_a_model_that_no_profile_knows_gets_no_picture(server: FakeVllm, client: Open) -> None:
    server.model = server.root = "other/Model"
    with pytest.raises(Misconfigured, match="OCRBOT_ENGINE__PROFILE"):
        read(client(server.url, admit=allowing(CHOICE)), drawn(), PROMPT)
    assert server.asked == []


def test_addresses_with_different_models_are_not_used_together(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    other.model = other.root = "zai-org/GLM-OCR"
    server.script = other.script = saying(text="好")
    used = client(server.url, other.url)
    assert used.profile() is V1_5
    for _ in range(6):
        read(used, drawn(), PROMPT)
    assert not (server.asked and other.asked)


def test_a_model_without_a_system_message_gets_none(server: FakeVllm, client: Open) -> None:
    server.model = server.root = "zai-org/GLM-OCR"
    server.script = saying(text="你好")
    used = client(server.url)
    assert used.profile() is GLM_OCR
    read(used, drawn(), "Text Recognition:")
    assert [message["role"] for message in server.asked[0].body["messages"]] == ["user"]
