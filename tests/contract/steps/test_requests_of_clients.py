"""Requests of the API through the steps that read the chat's files: what their clients find."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from redis import Redis

from bot.domain.document import Document, Failure
from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.task import READ_SECONDS
from bot.service.feeder import Feeder
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.job_runner import run_round
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.paged_files import page, png
from tests.fakes.requests_of_clients import feed, pages_of_day, send
from workers.jobs import STEPS, read, reply
from workers.steps.downloads import Downloaded, Downloads

NOW = 1_790_000_000.0
PICTURE = png(page(300, 200))


@dataclass
class Calls:
    """Notes whose webhook is to be called."""

    of: list[RequestRecord] = field(default_factory=list)

    def enqueue(self, record: RequestRecord) -> None:
        self.of.append(record)


@dataclass
class House:
    redis: Redis
    store: Store
    queue: TaskQueue
    calls: Calls
    outbox: FakeOutbox
    now: list[float]

    def send(self, *files: bytes, **values: Any) -> str:
        return send(self.store, files or (PICTURE,), now=self.now[0], **values).id

    def work(self, rounds: int = 1) -> None:
        feed(self.store, self.queue, now=self.now[0])
        for _ in range(rounds):
            run_round(self.redis)

    def record(self, request_id: str) -> RequestRecord:
        record = self.store.requests.record(None, request_id)
        assert record is not None
        return record


@pytest.fixture
def house(redis: Redis) -> Iterator[House]:
    calls, outbox, now = Calls(), FakeOutbox(), [NOW]
    parts = replace(parts_on(redis, clock=lambda: now[0], outbox=outbox), webhooks=calls)
    token = STEPS.set(parts.steps)
    yield House(redis=redis, store=parts.store, queue=TaskQueue(redis, JOB_SIGNER), calls=calls, outbox=outbox, now=now)
    STEPS.reset(token)


def archive(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, PICTURE)
    return data.getvalue()


def test_a_file_is_read_and_nothing_is_sent(house: House) -> None:
    request_id = house.send(webhook="books")
    house.work()
    record = house.record(request_id)
    (document,) = house.store.requests.outcomes(request_id)
    assert isinstance(document, Document)
    assert (record.state, record.prompts, record.reason) == (RequestState.DONE, ("text",), "")
    assert (record.started_at, record.finished_at, record.keep_until) == (NOW, NOW, NOW + 24 * 3600)
    assert (record.pages_done, record.pages_total) == (1, 1)
    assert house.outbox.texts == []
    assert [(call.id, call.state) for call in house.calls.of] == [(request_id, RequestState.DONE)]
    assert house.store.open_tasks() == 0


def test_pictures_of_the_pages_are_kept(house: House) -> None:
    request_id = house.send()
    house.work()
    picture = house.store.requests.picture(request_id, 0, 0)
    assert picture is not None
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 300, 200)
    assert picture.data.startswith(b"\xff\xd8")


def test_the_file_outlives_the_reading(house: House) -> None:
    request_id = house.send()
    house.work()
    assert house.store.requests.file(request_id, 0) == PICTURE
    assert house.store.requests.upload(request_id, 0) is None


def test_a_file_that_cannot_be_read_fails_with_a_sentence(house: House) -> None:
    request_id = house.send(b"nothing that can be read")
    house.work()
    record = house.record(request_id)
    (failure,) = house.store.requests.outcomes(request_id)
    assert isinstance(failure, Failure)
    assert (record.state, record.reason, record.sentence) == (RequestState.FAILED, failure.reason, failure.text)


def test_an_archive_is_read_file_by_file(house: House) -> None:
    request_id = house.send(archive("one.png", "two.png"), b"broken")
    house.work(rounds=3)
    found = house.store.requests.outcomes(request_id)
    task = house.store.requests.task(request_id)
    assert house.record(request_id).state is RequestState.DONE
    assert [type(one) for one in found] == [Document, Document, Failure]
    assert task is not None
    assert [attachment.name for attachment in task.attachments] == ["one.png", "two.png", "1.png"]


def test_a_client_does_not_get_what_was_read_for_others(house: House) -> None:
    first = house.send()
    house.work()
    house.store.requests.delete("erp", first, now=NOW)
    assert list(house.redis.keys("ocrbot:result:*")) == []


def test_a_request_that_is_not_read_in_time_fails(house: House) -> None:
    request_id = house.send()
    feed(house.store, house.queue, now=NOW)
    task = house.store.task(request_id)
    assert task is not None
    house.now[0] += READ_SECONDS
    STEPS.get().reply.run(request_id)  # type: ignore[union-attr]
    record = house.record(request_id)
    assert (record.state, record.reason) == (RequestState.FAILED, "late")
    assert isinstance(house.store.requests.outcomes(request_id)[0], Failure)


def test_ending_again_calls_again_and_changes_nothing(house: House) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    task = house.store.task(request_id)
    house.work()
    assert task is not None
    house.now[0] += 5
    STEPS.get().reply.answer(task)  # type: ignore[union-attr]
    assert house.record(request_id).finished_at == NOW
    assert {call.id for call in house.calls.of} == {request_id}


def test_deleting_while_it_is_read(house: House) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    house.store.requests.delete("erp", request_id, now=NOW)
    house.work()
    assert house.store.requests.record(None, request_id) is None
    assert house.store.requests.outcomes(request_id) == []
    assert house.calls.of == []
    assert house.store.open_tasks() == 0


def fetched_meanwhile(house: House, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    """Let a fetch find out what is missing, and the rest happen before it goes on."""
    get_group, once = Downloads._get_group, iter([meanwhile])

    def late(self: Downloads, *arguments: Any) -> Downloaded:
        for happen in once:
            happen()
        return get_group(self, *arguments)

    monkeypatch.setattr(Downloads, "_get_group", late)


def test_a_fetch_that_comes_late_does_not_replace_what_was_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    fetched_meanwhile(house, monkeypatch, house.work)
    STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
    assert house.record(request_id).state is RequestState.DONE
    assert [type(one) for one in house.store.requests.outcomes(request_id)] == [Document]
    assert house.store.requests.file(request_id, 0) == PICTURE


def test_a_file_that_another_fetch_has_is_read_although_this_one_cannot_have_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = house.send()
    feed(house.store, house.queue, now=NOW)

    def fetch_first() -> None:
        STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
        house.redis.delete(f"ocrbot:api:upload:{request_id}:0")

    fetched_meanwhile(house, monkeypatch, fetch_first)
    STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
    house.work(rounds=2)
    assert house.record(request_id).state is RequestState.DONE


def test_a_file_that_is_read_while_its_request_is_given_up_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = house.send()
    feed(house.store, house.queue, now=NOW)
    outcomes, once = house.store.outcomes, iter([house.work])

    def early(*asked: Any) -> Any:
        found = outcomes(*asked)
        for happen in once:
            happen()
        return found

    house.now[0] += READ_SECONDS
    monkeypatch.setattr(house.store, "outcomes", early)
    STEPS.get().reply.run(request_id)  # type: ignore[union-attr]
    assert house.record(request_id).state is RequestState.DONE
    assert [type(one) for one in house.store.requests.outcomes(request_id)] == [Document]


def test_what_was_read_stands_whatever_is_found_out_later(house: House) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    task = house.store.task(request_id)
    assert task is not None
    house.work()
    before = house.store.requests.outcomes(request_id), house.record(request_id)
    house.store.put_outcome(request_id, 0, Failure(reason="file_gone", text="没有了"), remember_seconds=60)
    house.now[0] += 3 * READ_SECONDS
    STEPS.get().reply.requests.fail(task, "late", "太晚了")  # type: ignore[union-attr]
    assert (house.store.requests.outcomes(request_id), house.record(request_id)) == before
    assert {call.state for call in house.calls.of} == {RequestState.DONE}


def test_a_refusal_stands_too(house: House) -> None:
    request_id = house.send(b"nothing that can be read")
    house.work()
    (failure,) = house.store.requests.outcomes(request_id)
    house.store.put_outcome(request_id, 0, Failure(reason="bug", text="别的"), remember_seconds=60)
    assert house.store.requests.outcomes(request_id) == [failure]


def test_what_is_read_after_a_deletion_is_kept_nowhere(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    delete = partial(house.store.requests.delete, "erp", request_id, now=NOW)
    put = house.store.put_outcome

    def after_deletion(*arguments: Any, **more: Any) -> bool:
        delete()
        return put(*arguments, **more)

    monkeypatch.setattr(house.store, "put_outcome", after_deletion)
    house.work(rounds=2)
    assert house.store.requests.record(None, request_id) is None
    assert house.calls.of == []
    assert [key for key in house.redis.keys("ocrbot:*") if request_id in str(key) and b":claim:" not in key] == []


def test_a_deletion_that_was_killed_in_the_middle_leaves_nothing_that_is_read_later(house: House) -> None:
    request_id = house.send(webhook="books")
    feed(house.store, house.queue, now=NOW)
    house.redis.delete(f"ocrbot:api:request:{request_id}")
    house.work(rounds=2)
    left = [str(key) for key in house.redis.keys("ocrbot:*") if request_id in str(key)]
    assert not [key for key in left if key.split(":")[1] in {"file", "outcome", "past", "task"}]
    assert house.calls.of == []


def test_the_counts_of_the_day_are_those_of_the_chat(house: House) -> None:
    house.send()
    house.work()
    assert house.store.daily_counts.recent(NOW, 1).messages == 0
    assert pages_of_day(house.redis, "erp", NOW) == 1


def test_a_worker_that_only_reads_leaves_the_end_to_another(house: House) -> None:
    request_id = house.send()
    feed(house.store, house.queue, now=NOW)
    STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
    token = STEPS.set(parts_on(house.redis, clock=lambda: NOW).reading_steps)
    read(request_id, 0)
    STEPS.reset(token)
    assert house.record(request_id).state is RequestState.READING
    reply(request_id, 0)
    assert house.record(request_id).state is RequestState.DONE


def test_a_file_is_fetched_again_after_its_bytes_have_gone(house: House) -> None:
    request_id = house.send()
    feed(house.store, house.queue, now=NOW)
    STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
    house.redis.delete(f"ocrbot:file:{request_id}:0")
    STEPS.get().fetch.run(request_id, 0)  # type: ignore[union-attr]
    house.work()
    assert house.record(request_id).state is RequestState.DONE


def test_many_waiting_requests_are_no_more_than_a_few_open_tasks(house: House) -> None:
    for _ in range(200):
        house.send()
    assert Feeder(house.store, house.queue, lambda: NOW, at_once=3).feed() == 3
    assert house.store.open_tasks() == 3
    run_round(house.redis)
    assert Feeder(house.store, house.queue, lambda: NOW, at_once=3).feed() == 3
