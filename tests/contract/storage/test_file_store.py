"""Files in a folder behave as files in Redis do, up to a full disk and a killed process."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from bot.domain.document import Failure
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task
from bot.storage.file_store.folder import KEPT_SECONDS, FolderFiles
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FileStore
from bot.storage.keys.tasks import FILE, FILE_SECONDS
from bot.storage.store import Store
from bot.storage.unpacking import FilePlace
from tests.fakes.tasks import reading_task

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100_000)


RECIPIENT = DingTalkConversation(
    robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
)
PROMPT = Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00")


def folder_of(path: Path, *, most_bytes: int = 0) -> FolderFiles:
    files = FolderFiles(path, most_bytes=most_bytes)
    files.prepare()
    for file in path.iterdir():
        if file.name != ".clock":
            file.unlink()
    return files


@pytest.fixture(params=["Redis", "a folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return folder_of(tmp_path) if request.param == "a folder" else FILES_IN_REDIS


def claimed(store: Store, number: int = 1) -> Task:
    task = reading_task(
        id=f"{number:020x}",
        recipient=RECIPIENT,
        received_at=1000.0,
        attachments=(Attachment(download_code="one"),),
        prompt=PROMPT,
    )
    store.claim([task], now=1000.0)
    return task


def aged(path: Path, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(path, (at, at))


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name != ".clock"]


def test_a_file_is_there_until_it_is_read_and_known_by_its_beginning(redis: Redis, kept: FileStore) -> None:
    store = Store(redis, kept)
    task = claimed(store)
    store.put_file(task.id, 0, PICTURE)
    assert store.file(task.id, 0) == PICTURE
    assert store.files.to_read(task.id, 0) == (task, None, PICTURE)
    assert store.files.to_fetch(task.id, 2)[1] == [PICTURE[:4], b""]
    store.put_outcome(task.id, 0, Failure(reason="bug", text=""))
    assert store.file(task.id, 0) is None


def test_a_file_that_is_there_is_not_replaced(redis: Redis, kept: FileStore) -> None:
    store = Store(redis, kept)
    task = claimed(store)
    store.put_file(task.id, 0, PICTURE)
    store.put_file(task.id, 0, b"PK\3\4 which is unpacked by now")
    assert store.file(task.id, 0) == PICTURE


def test_what_is_not_taken_stays_in_no_folder(redis: Redis, tmp_path: Path) -> None:
    store = Store(redis, folder_of(tmp_path))
    task = claimed(store)
    store.put_file(task.id, 0, PICTURE)
    store.put_file(task.id, 0, PICTURE)
    store.close(task.id, 1)
    store.put_file(task.id, 0, PICTURE)
    assert len(names(tmp_path)) == 1  # the first, which goes with its time


def test_a_file_is_copied_to_a_later_task(redis: Redis, kept: FileStore) -> None:
    store = Store(redis, kept)
    earlier, later = claimed(store, 1), claimed(store, 2)
    store.put_file(earlier.id, 0, PICTURE)
    assert store.earlier_tasks.copy_file((earlier.id, 0), (later.id, 3), FILE_SECONDS)
    store.close(earlier.id, 1)
    assert store.file(later.id, 3) == PICTURE


def test_a_file_of_an_archive_takes_its_place(redis: Redis, kept: FileStore) -> None:
    store = Store(redis, kept)
    task = claimed(store)
    store.put_file(task.id, 0, b"PK\3\4")
    store.unpacking.stage(task.id, FilePlace(index=0, member=0), PICTURE, seconds=60)
    assert store.unpacking.replace(task, task, [FilePlace(index=0, member=0)])
    assert store.file(task.id, 0) == PICTURE


def test_redis_holds_a_reference_and_the_folder_a_random_name(redis: Redis, tmp_path: Path) -> None:
    store = Store(redis, folder_of(tmp_path))
    task = claimed(store)
    store.put_file(task.id, 0, PICTURE)
    assert redis.strlen(FILE.key(task.id, 0)) < 100
    (name,) = names(tmp_path)
    assert len(name) == 32
    assert int(name, 16)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_process_that_is_not_told_of_the_folder_says_so(redis: Redis, tmp_path: Path) -> None:
    task = claimed(Store(redis))
    Store(redis, folder_of(tmp_path)).put_file(task.id, 0, PICTURE)
    with pytest.raises(Misconfigured, match="OCRBOT_FILES__FOLDER"):
        Store(redis).file(task.id, 0)


def test_files_from_before_the_folder_are_still_found(redis: Redis, tmp_path: Path) -> None:
    task = claimed(Store(redis))
    Store(redis).put_file(task.id, 0, PICTURE)
    assert Store(redis, folder_of(tmp_path)).file(task.id, 0) == PICTURE


def test_only_what_nothing_stands_for_any_more_is_swept_away(tmp_path: Path) -> None:
    files = folder_of(tmp_path)
    old, read_lately, new = files.put(b"old"), files.put(b"read lately"), files.put(b"new")
    others = tmp_path / "notes.txt"
    others.write_text("of somebody else")
    for path in tmp_path.iterdir():
        if path.name != new[-32:].decode():
            aged(path, KEPT_SECONDS + 5)
    assert files.get(read_lately) == b"read lately"
    usage = files.sweep()
    assert (usage.files, usage.swept) == (2, 1)
    assert files.get(old) is None
    assert files.get(read_lately) == b"read lately"
    assert files.get(new) == b"new"
    assert others.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from bot.storage.file_store import folder
point, where = sys.argv[1], Path(sys.argv[2])
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if point == "while it writes":
    os.fsync = die
elif point == "before it is in its place":
    Path.rename = die
elif point == "before Redis knows":
    folder._sync = die
folder.FolderFiles(where).put(bytes(50_000))
"""


@pytest.mark.parametrize("point", ["while it writes", "before it is in its place", "before Redis knows"])
def test_what_a_killed_process_leaves_behind_is_swept_away(tmp_path: Path, point: str) -> None:
    files = folder_of(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, point, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = names(tmp_path)
    assert files.sweep().swept == 0  # it may be at work
    aged(tmp_path / left, KEPT_SECONDS + 5)
    assert files.sweep().swept == 1
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def no_room(_: int) -> None:
        raise OSError(error, os.strerror(error))

    files = folder_of(tmp_path)
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(Unavailable):
        files.put(PICTURE)
    assert names(tmp_path) == []


def test_a_folder_with_as_much_as_it_may_hold_is_full(tmp_path: Path) -> None:
    files = folder_of(tmp_path, most_bytes=1000)
    files.put(bytes(600))
    assert not files.sweep().full
    files.put(bytes(600))
    assert files.sweep().full


def test_a_folder_that_cannot_be_written_to_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="OCRBOT_FILES__FOLDER"):
        FolderFiles(tmp_path / "not there").prepare()


def test_while_its_volume_is_not_mounted_files_are_not_taken_for_gone(tmp_path: Path) -> None:
    mounted, elsewhere = tmp_path / "volume", tmp_path / "elsewhere"
    mounted.mkdir()
    files = folder_of(mounted)
    reference = files.put(PICTURE)
    mounted.rename(elsewhere)
    mounted.mkdir()
    with pytest.raises(Unavailable):
        files.get(reference)
    with pytest.raises(Unavailable):
        files.put(PICTURE)
    mounted.rmdir()
    elsewhere.rename(mounted)
    assert files.get(reference) == PICTURE
