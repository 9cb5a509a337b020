"""Requests of the API in a real Redis: nothing that was accepted is lost, read twice, or shown to another client."""

import os
from pathlib import Path

import pytest
from redis import Redis

from bot.domain.errors import Unavailable
from bot.domain.message import ApiClient
from bot.domain.requests.correction import FieldCorrection
from bot.domain.requests.page_picture import PagePicture
from bot.domain.requests.record import RequestEnd, RequestFilter, RequestRecord, RequestState
from bot.service.feeder import Feeder
from bot.storage.file_store.folder import FolderFiles
from bot.storage.queue import TaskQueue
from bot.storage.replicas.waiting import ReplicaWait
from bot.storage.requests.request_keys import API_REQUEST
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import feed, pages_of_day, send, submission

NOW = 1_790_000_000.0


@pytest.fixture
def store(redis: Redis) -> Store:
    return Store(redis)


@pytest.fixture
def queue(redis: Redis) -> TaskQueue:
    return TaskQueue(redis, JOB_SIGNER)


def known(store: Store, request_id: str) -> RequestRecord:
    record = store.requests.record(None, request_id)
    assert record is not None
    return record


def end(store: Store, request_id: str, *, at: float = NOW, prompts: tuple[str, ...] = ("invoice",)) -> None:
    ending = RequestEnd(state=RequestState.DONE, at=at, prompts=prompts, pages=3)
    store.requests.course.end(request_id, known(store, request_id).client, ending, keep_seconds=60, files=1)


def ids(store: Store, client: str | None = "erp", **wanted: object) -> list[str]:
    listed = store.requests.listed(client, RequestFilter(**wanted))  # type: ignore[arg-type]
    return [record.id for record in listed.records]


def test_a_request_is_known_with_its_files(store: Store) -> None:
    accepted = send(store, [b"one", b"three"], now=NOW, reference="PO-7")
    record = known(store, accepted.id)
    assert accepted.is_new
    assert (record.client, record.reference, record.state) == ("erp", "PO-7", RequestState.QUEUED)
    assert [(file.name, file.bytes) for file in record.files] == [("0.png", 3), ("1.png", 5)]
    assert store.requests.file(accepted.id, 1) == b"three"
    assert store.requests.outcomes(accepted.id) == [None, None]


def test_the_same_key_and_body_are_one_request(store: Store) -> None:
    first = send(store, now=NOW, idempotency_key="k")
    again = send(store, now=NOW + 60, idempotency_key="k")
    assert (again.id, again.is_new, again.conflicts) == (first.id, False, False)
    assert store.requests.waiting("erp") == 1


def test_another_body_under_the_same_key_is_refused(store: Store) -> None:
    first = send(store, now=NOW, idempotency_key="k")
    other = send(store, [b"two"], now=NOW, idempotency_key="k")
    assert (other.id, other.conflicts) == (first.id, True)
    assert store.requests.file(first.id, 0) == b"one"


def test_another_client_may_use_the_same_key(store: Store) -> None:
    first = send(store, now=NOW, idempotency_key="k")
    assert send(store, now=NOW, idempotency_key="k", client="scanner").id != first.id


def test_a_refused_body_leaves_nothing_behind(redis: Redis, store: Store) -> None:
    send(store, now=NOW, idempotency_key="k")
    before = {*redis.keys("*")}
    send(store, [b"two"], now=NOW, idempotency_key="k")
    assert {*redis.keys("*")} == before


def test_too_few_replicas_are_an_error_and_the_request_may_be_sent_again(store: Store) -> None:
    wait = ReplicaWait(replicas=1, seconds=0.01)
    with pytest.raises(Unavailable):
        store.requests.accept(submission(names=("0.png",), idempotency_key="k"), [b"one"], now=NOW, wait=wait)
    assert not send(store, now=NOW, idempotency_key="k").conflicts


def test_clients_take_turns(store: Store, queue: TaskQueue) -> None:
    many = [send(store, now=NOW + number, client="many").id for number in range(50)]
    few = [send(store, now=NOW + 100 + number, client="few").id for number in range(2)]
    taken = [request.id for request in store.requests.turns.take(most=4, now=NOW)]
    assert taken == [many[0], few[0], many[1], few[1]]
    assert feed(store, queue, now=NOW, at_once=4) == 0


def test_a_request_whose_turn_it_is_becomes_an_open_task(store: Store, queue: TaskQueue) -> None:
    accepted = send(store, now=NOW)
    feed(store, queue, now=NOW + 3600)
    task = store.task(accepted.id)
    assert task is not None
    assert (task.recipient, task.received_at) == (ApiClient(client="erp"), NOW + 3600)
    assert queue.waiting()["fetch"] == 1


def test_what_a_killed_feeder_had_taken_is_claimed_by_another(store: Store, queue: TaskQueue) -> None:
    accepted = send(store, now=NOW)
    store.requests.turns.take(most=10, now=NOW)
    Feeder(store, queue, lambda: NOW + 5, at_once=10).look_after()
    assert store.task(accepted.id) is None  # it may still be at it
    Feeder(store, queue, lambda: NOW + 30, at_once=10).look_after()
    assert store.task(accepted.id) is not None
    assert queue.waiting()["fetch"] == 1


def test_a_damaged_request_keeps_no_other_from_being_looked_after(redis: Redis, store: Store, queue: TaskQueue) -> None:
    damaged, other = (send(store, now=NOW + number).id for number in range(2))
    store.requests.turns.take(most=10, now=NOW)
    redis.delete(API_REQUEST.key(damaged))
    redis.set(API_REQUEST.key(damaged), "of somebody else", ex=60)
    Feeder(store, queue, lambda: NOW + 60, at_once=10).look_after()
    assert store.task(other) is not None
    assert [one.id for one in store.requests.turns.begun(before=NOW + 60)] == [other]
    redis.delete(API_REQUEST.key(damaged))


def test_two_feeders_start_a_request_once(store: Store, queue: TaskQueue) -> None:
    send(store, now=NOW)
    assert feed(store, queue, now=NOW) + feed(store, queue, now=NOW) == 1
    Feeder(store, queue, lambda: NOW + 60, at_once=10).look_after()
    assert queue.waiting()["fetch"] == 1


def test_a_request_whose_task_is_given_up_fails(store: Store, queue: TaskQueue) -> None:
    accepted = send(store, now=NOW)
    feed(store, queue, now=NOW)
    store.close(accepted.id, 1)
    Feeder(store, queue, lambda: NOW + 60, at_once=10).look_after()
    record = known(store, accepted.id)
    assert (record.state, record.reason) == (RequestState.FAILED, "interrupted")
    assert record.sentence


def test_nothing_is_begun_without_workers(store: Store, queue: TaskQueue) -> None:
    send(store, now=NOW)
    assert Feeder(store, queue, lambda: NOW).feed() == 0


def test_how_many_are_ahead(store: Store, queue: TaskQueue) -> None:
    many = [send(store, now=NOW + number, client="many").id for number in range(10)]
    few = send(store, now=NOW + 100, client="few").id
    assert store.requests.ahead(known(store, few)) == 1
    assert store.requests.ahead(known(store, many[9])) == 10
    feed(store, queue, now=NOW, at_once=2)
    assert store.requests.ahead(known(store, many[9])) == 10  # two are at work, one of them the other client's


def test_a_client_sees_only_its_own(store: Store) -> None:
    mine, other = send(store, now=NOW).id, send(store, now=NOW, client="scanner").id
    assert store.requests.record("erp", other) is None
    assert store.requests.record("scanner", other) is not None
    assert not store.requests.delete("erp", other, now=NOW)
    assert ids(store, "erp") == [mine]
    assert ids(store, "scanner") == [other]
    assert ids(store, None) == [other, mine]


def test_lists_by_what_requests_have_in_common(store: Store) -> None:
    first = send(store, now=NOW, reference="PO-7").id
    second = send(store, now=NOW + 10).id
    third = send(store, now=NOW + 20, reference="PO-7").id
    end(store, third)
    assert ids(store) == [third, second, first]
    assert ids(store, state=RequestState.QUEUED) == [second, first]
    assert ids(store, state=RequestState.DONE) == [third]
    assert ids(store, reference="PO-7") == [third, first]
    assert ids(store, prompt="invoice") == [third]
    assert ids(store, reference="PO-7", state=RequestState.QUEUED) == [first]
    assert ids(store, since=NOW + 10) == [third, second]
    assert ids(store, until=NOW + 10) == [first]


def test_a_list_goes_on_where_it_ended(store: Store) -> None:
    sent = [send(store, now=NOW).id for _ in range(7)]
    found, cursor = list[str](), ""
    for _ in range(10):
        page = store.requests.listed("erp", RequestFilter(), cursor=cursor, limit=3)
        found += [record.id for record in page.records]
        cursor = page.next
        if not cursor:
            break
    assert found == sent[::-1]


def test_a_request_is_begun_read_and_ended_once(redis: Redis, store: Store) -> None:
    request_id = send(store, now=NOW).id
    course = store.requests.course
    course.begin(request_id, "erp", NOW + 1)
    course.page_read(request_id, 0, 2, 5)
    record = known(store, request_id)
    assert (record.state, record.started_at, record.pages_done, record.pages_total) == ("reading", NOW + 1, 2, 5)
    end(store, request_id, at=NOW + 9)
    end(store, request_id, at=NOW + 99)
    course.begin(request_id, "erp", NOW + 100)
    record = known(store, request_id)
    assert (record.state, record.finished_at, record.keep_until) == ("done", NOW + 9, NOW + 69)
    assert record.prompts == ("invoice",)
    assert pages_of_day(redis, "erp", NOW) == 3


def test_what_is_over_is_forgotten(redis: Redis, store: Store) -> None:
    request_id = send(store, now=NOW).id
    end(store, request_id)
    assert store.requests.forget(now=NOW + 59) == 0
    assert store.requests.forget(now=NOW + 61) == 1
    assert store.requests.record(None, request_id) is None
    assert ids(store) == []


@pytest.mark.parametrize("fed", [False, True])
def test_a_deleted_request_is_gone(redis: Redis, store: Store, queue: TaskQueue, *, fed: bool) -> None:
    kept = send(store, now=NOW, client="scanner").id
    request_id = send(store, now=NOW, idempotency_key="k", reference="PO-7").id
    if fed:
        feed(store, queue, now=NOW)
        store.requests.course.begin(request_id, "erp", NOW)
    assert store.requests.delete("erp", request_id, now=NOW)
    store.requests.course.page_read(request_id, 0, 1, 1)
    store.requests.beside.put_picture(
        request_id, 0, 0, PagePicture(data=b"p", media_type="image/jpeg", width=1, height=1), keep_seconds=60
    )
    left = [key.decode() for key in redis.keys("*") if request_id in key.decode()]  # type: ignore[union-attr]
    assert [key for key in left if not key.startswith(("ocrbot:claim:", "rq:"))] == []
    assert store.task(request_id) is None
    assert ids(store, None) == [kept]
    assert store.requests.delete("erp", request_id, now=NOW) is False
    assert send(store, now=NOW, idempotency_key="k").is_new


def test_corrections_are_kept_beside(store: Store) -> None:
    request_id = send(store, now=NOW).id
    correction = FieldCorrection(field="total", before="1.00", after="7.00", by="erp", at=NOW)
    assert store.requests.correct(request_id, correction)
    assert store.requests.corrections(request_id) == (correction,)
    assert not store.requests.correct("0" * 32, correction)


def test_pictures_of_pages(store: Store) -> None:
    request_id = send(store, now=NOW).id
    picture = PagePicture(data=b"\xff\xd8\n\n\xff", media_type="image/jpeg", width=1200, height=1800)
    store.requests.beside.put_picture(request_id, 0, 4, picture, keep_seconds=60)
    assert store.requests.picture(request_id, 0, 4) == picture
    assert store.requests.picture(request_id, 0, 5) is None
    assert store.requests.picture_sizes(request_id, 0) == {4: (1200, 1800)}
    assert store.requests.picture_sizes(request_id, 1) == {}


def test_files_in_a_folder_wait_as_long_as_their_request(redis: Redis, tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.prepare()
    store = Store(redis, files)
    request_id = send(store, [b"first"], now=NOW).id
    assert store.requests.file(request_id, 0) == b"first"
    files.put(b"of a chat")
    aged(tmp_path, seconds=7 * 24 * 3600)
    assert files.sweep().swept > 0
    assert store.requests.file(request_id, 0) == b"first"
    store.requests.delete("erp", request_id, now=NOW)
    assert files.sweep().files == 0


def aged(folder: Path, *, seconds: int) -> None:
    """Let the files in a folder be older by so much."""
    for path in folder.iterdir():
        at = path.stat().st_mtime - seconds
        os.utime(path, (at, at))


@pytest.mark.parametrize("key", ["one key", ""])
def test_an_acceptance_that_the_connection_repeats_loses_no_file(
    store: Store, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("bot.storage.requests.acceptance.secrets.token_hex", lambda _: "7a" * 16)
    first, again = (send(store, now=NOW, idempotency_key=key) for _ in range(2))
    assert (first.id, first.is_new) == (again.id, again.is_new)
    assert store.requests.upload(first.id, 0) == b"one"
    assert store.requests.waiting("erp") == 1
