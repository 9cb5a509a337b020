"""Which of several addresses is asked, and many questions at once, on the fake vLLM."""

import json
import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from bot.domain.document import Stop
from bot.domain.errors import Unavailable
from bot.storage.engine_notes import RedisEngineNotes
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import PROMPT, Open, drawn, read, saying
from workers.engines.addresses import Addresses
from workers.engines.notes import MemoryEngineNotes
from workers.engines.picture_encoding import encode


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
