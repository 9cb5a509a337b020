"""Deleting requests in a real Redis, their files in a folder: nothing of them is left, whatever else goes on."""

from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.domain.errors import OcrbotError
from bot.domain.message import ApiClient, Attachment
from bot.domain.requests.record import RequestEnd, RequestState
from bot.domain.task import Task
from bot.storage.file_store.folder import FolderFiles
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.storage.unpacking import FilePlace
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import feed, send
from tests.fakes.tasks import reading

NOW = 1_790_000_000.0
NOTHING: tuple[list[str], int] = ([], 0)
MEMBERS = [FilePlace(index=0, member=0), FilePlace(index=0, member=1)]


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    files = FolderFiles(tmp_path)
    files.prepare()
    return files


@pytest.fixture
def store(redis: Redis, files: FolderFiles) -> Store:
    return Store(redis, files)


@pytest.fixture
def request_id(redis: Redis, store: Store) -> str:
    """A request with an archive that is being unpacked: its file is there."""
    request_id = send(store, [b"PK"], now=NOW).id
    feed(store, TaskQueue(redis, JOB_SIGNER), now=NOW)
    store.put_file(request_id, 0, b"PK")
    return request_id


def open_task(store: Store, request_id: str) -> Task:
    task = store.task(request_id)
    assert task is not None
    return task


def unpacked(task: Task) -> Task:
    return reading(task, attachments=tuple(Attachment(download_code="0", member=name) for name in "ab"))


def stage(store: Store, request_id: str, *places: FilePlace) -> None:
    for place in places:
        store.unpacking.stage(request_id, place, b"of an archive", seconds=60)


def left(redis: Redis, request_id: str) -> list[str]:
    """What is left in Redis of a request; RQ's jobs hold no more than its id."""
    keys = [key.decode() for key in redis.keys(f"*{request_id}*")]  # type: ignore[union-attr]
    return [key for key in keys if not key.startswith(("ocrbot:claim:", "rq:"))]


def all_that_is_left(redis: Redis, files: FolderFiles, request_id: str) -> tuple[list[str], int]:
    """The keys, and the bytes of files."""
    return left(redis, request_id), files.sweep().bytes


def test_while_its_archive_is_unpacked(redis: Redis, store: Store, files: FolderFiles, request_id: str) -> None:
    task = open_task(store, request_id)
    stage(store, request_id, MEMBERS[0])
    store.requests.delete("erp", request_id, now=NOW)
    assert all_that_is_left(redis, files, request_id) == NOTHING
    stage(store, request_id, MEMBERS[1])  # its process goes on
    assert not store.unpacking.replace(task, unpacked(task), MEMBERS)
    assert all_that_is_left(redis, files, request_id) == NOTHING


def test_it_counts_no_longer_among_what_its_client_has_open(store: Store, request_id: str) -> None:
    client = ApiClient(client="erp").person
    assert store.ledger.open_of_person(client) == 1
    store.requests.delete("erp", request_id, now=NOW)
    assert store.ledger.open_of_person(client) == 0


def test_after_the_process_that_unpacked_it_was_killed(
    redis: Redis, store: Store, files: FolderFiles, request_id: str
) -> None:
    stage(store, request_id, *(FilePlace(index=0, member=member) for member in range(100)))
    store.requests.delete("erp", request_id, now=NOW)
    assert all_that_is_left(redis, files, request_id) == NOTHING


def test_a_moment_before_its_files_take_the_place_of_the_archive(
    redis: Redis, store: Store, files: FolderFiles, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, close = open_task(store, request_id), store.ledger.close
    stage(store, request_id, *MEMBERS)

    def close_a_moment_later(*args: Any, **named: Any) -> bool:
        assert store.unpacking.replace(task, unpacked(task), MEMBERS)
        return close(*args, **named)

    monkeypatch.setattr(store.ledger, "close", close_a_moment_later)
    store.requests.delete("erp", request_id, now=NOW)
    assert all_that_is_left(redis, files, request_id) == NOTHING


def test_an_archive_that_two_processes_unpack(redis: Redis, store: Store, files: FolderFiles, request_id: str) -> None:
    task = open_task(store, request_id)
    stage(store, request_id, *MEMBERS)
    assert store.unpacking.replace(task, unpacked(task), MEMBERS)
    stage(store, request_id, *MEMBERS)
    assert not store.unpacking.replace(task, unpacked(task), MEMBERS)
    store.requests.delete("erp", request_id, now=NOW)
    assert all_that_is_left(redis, files, request_id) == NOTHING


def test_a_deletion_that_is_killed_is_done_when_it_is_asked_for_again(
    redis: Redis, store: Store, files: FolderFiles, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = RequestEnd(state=RequestState.DONE, at=NOW)
    store.requests.course.end(request_id, "erp", end, keep_seconds=10**7, files=1)
    store.close(request_id, 0)
    with monkeypatch.context() as patched:
        patched.setattr(files, "delete", _killed)
        with pytest.raises(OcrbotError):
            store.requests.delete("erp", request_id, now=NOW)
    assert store.requests.delete("erp", request_id, now=NOW)
    assert all_that_is_left(redis, files, request_id) == NOTHING


def _killed(_kept: bytes) -> None:
    raise OcrbotError("the process dies here")
