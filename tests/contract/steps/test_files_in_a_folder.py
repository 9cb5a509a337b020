"""Tasks whose files wait in a folder: what people get when the disk fills up, or the folder goes away."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.service.files_sweep import FilesSweep
from bot.service.room import StorageLimits, StorageRoom
from bot.storage.file_store.folder import FolderFiles
from bot.storage.queue import is_put_off
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.paged_files import page, png
from tests.fakes.tasks import reading_task
from workers.jobs import STEPS, fetch, read, reply

NOW = 1_790_000_000.0
TASK = reading_task(
    id=task_id("msgA"),
    recipient=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
    ),
    received_at=NOW,
    attachments=(Attachment(download_code="one"),),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)


@pytest.fixture
def outbox() -> FakeOutbox:
    return FakeOutbox()


@pytest.fixture
def store(redis: Redis, tmp_path: Path, outbox: FakeOutbox) -> Store:
    files = FolderFiles(tmp_path)
    files.prepare()
    picture = png(page(300, 200))
    parts = parts_on(redis, clock=lambda: NOW, download=lambda *_: picture, outbox=outbox)
    parts = replace(parts, store=Store(redis, files))
    STEPS.set(parts.steps)
    parts.store.claim([TASK], now=NOW)
    return parts.store


def test_while_the_disk_is_full_a_message_waits_and_then_is_answered(
    store: Store, outbox: FakeOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_room)
        assert is_put_off(fetch(TASK.id, 0))
        assert is_put_off(fetch(TASK.id, 0))
    assert fetch(TASK.id, 0) is None
    read(TASK.id, 0)
    reply(TASK.id, 0)
    assert len(outbox.texts) == 1
    assert "你好" in outbox.texts[0]
    assert store.open_tasks() == 0


def test_while_the_folder_is_away_a_file_waits_and_then_is_read(
    store: Store, outbox: FakeOutbox, tmp_path: Path
) -> None:
    fetch(TASK.id, 0)
    mark = tmp_path / ".clock"
    aside = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path in aside:
        path.unlink()
    assert is_put_off(read(TASK.id, 0))
    for path, data in aside.items():
        path.write_bytes(data)
    assert mark.exists()
    read(TASK.id, 0)
    assert ["你好" in text for text in outbox.texts] == [True]


async def test_people_are_told_before_a_message_is_taken_that_has_no_room(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path, most_bytes=1000)
    files.prepare()
    sweep = FilesSweep(files.sweep)
    limits = StorageLimits(memory_bytes=0, messages_of_person=0)
    room = StorageRoom(limits, lambda: (0, 0), lambda _: 0, files_full=lambda: sweep.full)

    async def admitted() -> Task:
        sweep.look()
        room.look()
        return await room.admitted(TASK)

    assert await admitted() == TASK
    files.put(bytes(1000))
    assert (await admitted()).content.kind == "say"
    for name in os.listdir(tmp_path):  # noqa: PTH208 - a path blocks no longer than this
        os.utime(tmp_path / name, (0, 0))
    assert await admitted() == TASK
