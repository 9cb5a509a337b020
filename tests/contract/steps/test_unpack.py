"""Zips in a message, on a real Redis: their files take their place in order, once, whatever is killed in between."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import docx
import pytest
from PIL import Image, ImageDraw
from redis import Redis

from bot.domain import texts
from bot.domain.document import Line, Reading
from bot.domain.errors import Refused
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.storage.store import Store
from bot.storage.unpacking import Unpacking
from tests.fakes.fake_steps import FakeOutbox, StepParts, parts_on
from tests.fakes.tasks import reading_task
from workers import jobs
from workers.engines.base import EncodedPicture, PictureForm
from workers.jobs import STEPS

NOW = 1_790_000_000.0
TASK = reading_task(
    id=task_id("zipped"),
    recipient=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
    ),
    received_at=NOW,
    attachments=(
        Attachment(download_code="before"),
        Attachment(download_code="zip", name="三月.zip"),
        Attachment(download_code="after"),
    ),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)


class KilledError(BaseException):
    """Stands for kill -9: nothing catches it."""


def picture(side: int) -> bytes:
    """A picture that the engine below reads as its width."""
    image = Image.new("RGB", (side, 60), "white")
    ImageDraw.Draw(image).text((10, 20), str(side), fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


@dataclass
class Widths:
    """Reads a picture as its width."""

    name: str = "rapid"
    takes_prompts: bool = False
    read_: list[int] = field(default_factory=list)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.read_.append(picture.size[0])
        return Reading(text=f"宽{picture.size[0]}", lines=(Line(text=f"宽{picture.size[0]}"),))


@dataclass
class Work:
    """The steps, and what a test turns on them."""

    parts: StepParts
    engine: Widths
    sent: FakeOutbox
    files: dict[str, bytes]
    downloads: list[str]

    @property
    def store(self) -> Store:
        return self.parts.store

    @property
    def task(self) -> Task:
        task = self.store.task(TASK.id)
        assert task is not None
        return task

    def finish(self, generation: int = 0) -> str:
        jobs.fetch(TASK.id, generation)
        for index in range(len(self.task.attachments)):
            jobs.read(TASK.id, index)
        jobs.reply(TASK.id, generation)
        return "\n".join(self.sent.texts)


@pytest.fixture
def work(redis: Redis) -> Work:
    engine, sent = Widths(), FakeOutbox()
    downloads: list[str] = []
    files = {
        "before": picture(201),
        "after": picture(205),
        "zip": zipped({"票10.png": picture(204), "票2.png": picture(203), "票1.png": picture(202)}),
    }

    def download(attachment: Attachment, _: DingTalkConversation) -> bytes:
        downloads.append(attachment.download_code)
        return files[attachment.download_code]

    parts = parts_on(redis, clock=lambda: NOW, engine=engine, download=download, outbox=sent)
    STEPS.set(parts.steps)
    parts.store.claim([TASK], now=NOW)
    return Work(parts, engine, sent, files, downloads)


def in_order(said: str, *words: str) -> bool:
    place = 0
    for word in words:
        place = said.find(word, place) + 1
        if not place:
            return False
    return True


def test_the_files_of_a_zip_are_answered_in_its_place_and_in_natural_order(work: Work, redis: Redis) -> None:
    said = work.finish()

    assert in_order(said, "宽201", "票1", "宽202", "票2", "宽203", "票10", "宽204", "宽205")
    assert "5/5" in said
    assert work.store.open_tasks() == 0
    assert not redis.keys("ocrbot:unpacked:*")
    assert not redis.keys(f"ocrbot:outcome:{TASK.id}:*")


def test_word_documents_are_read_in_the_message_and_in_the_zip(work: Work) -> None:
    work.files["before"] = word("会议定于周五")
    work.files["zip"] = zipped({"通知.docx": word("请带上材料"), "票.png": picture(202)})
    said = work.finish()

    assert in_order(said, "会议定于周五", "宽202", "通知", "请带上材料", "宽205")
    assert work.engine.read_ == [202, 205]


def test_a_repeated_fetch_unpacks_nothing_twice(work: Work) -> None:
    jobs.fetch(TASK.id, 0)
    after_one = work.task
    jobs.fetch(TASK.id, 1)

    assert work.task == after_one
    assert len(after_one.attachments) == 5
    assert sorted(work.downloads) == ["after", "before", "zip"]


def test_a_file_whose_bytes_are_gone_is_taken_out_of_a_fresh_download(work: Work, redis: Redis) -> None:
    jobs.fetch(TASK.id, 0)
    redis.delete(*(f"ocrbot:file:{TASK.id}:{index}" for index in (1, 3)))
    said = work.finish(1)

    assert in_order(said, "宽201", "宽202", "宽203", "宽204", "宽205")
    assert work.downloads.count("zip") == 2


class Killing:
    """A Redis client that ends at its `left`th command, before or after sending it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, redis: Redis, left: int) -> None:
        self.left = left
        self.commands = 0
        plain: Any = redis.execute_command

        def execute(*args: Any, **options: Any) -> Any:
            self.commands += 1
            if self.commands == self.left:
                raise KilledError
            return plain(*args, **options)

        monkeypatch.setattr(redis, "execute_command", execute)


def test_killed_before_any_command_of_a_fetch_the_answer_is_the_same(
    work: Work, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = 0
    for left in range(1, 60):
        with monkeypatch.context() as patch:
            killing = Killing(patch, redis, left)
            try:
                work.parts.steps.fetch.run(TASK.id, 0)
            except KilledError:
                deaths += 1
        if killing.commands < left:
            break
        assert len(work.task.attachments) in {3, 5}
    said = work.finish(1)

    assert deaths > 5
    assert in_order(said, "宽201", "宽202", "宽203", "宽204", "宽205")
    assert sorted(work.engine.read_) == [201, 202, 203, 204, 205]


def test_what_was_read_before_is_not_read_again_and_keeps_its_place(work: Work) -> None:
    work.finish()
    again = replace(TASK, id=task_id("once more"))
    work.store.claim([again], now=NOW)
    jobs.fetch(again.id, 0)
    jobs.reply(again.id, 0)

    assert len(work.engine.read_) == 5
    assert in_order(work.sent.texts[-1], "宽201", "宽202", "宽203", "宽204", "宽205")


def test_a_failure_behind_a_zip_moves_with_its_file(work: Work) -> None:
    work.files["after"] = b""
    said = work.finish()

    assert in_order(said, "5. ", texts.unreadable.file_empty(), "宽204")


def test_what_is_not_read_of_a_zip_is_said(work: Work) -> None:
    work.store.rewrite(TASK, replace(TASK, most_members=2))
    work.files["zip"] = zipped(
        {
            "__MACOSX/._a.png": b"x",
            ".DS_Store": b"x",
            "a.png": picture(202),
            "b.txt": "说明".encode(),
            "c.zip": zipped({"d.png": picture(209)}),
            "e.png": picture(203),
            "f.png": picture(204),
            "g.png": picture(206),
        }
    )
    said = work.finish()

    assert in_order(
        said, "宽201", "宽202", "宽203", "宽205", "三月", "其余 2 个", "「c．zip」是压缩包", "「b.txt」不是"
    )
    assert "宽209" not in said
    assert "DS_Store" not in said


def test_a_zip_with_nothing_to_read_is_one_failure_beside_the_others(work: Work) -> None:
    work.files["zip"] = zipped({"读我.txt": b"hello"})
    said = work.finish()

    assert in_order(said, "2. ", texts.unreadable.archive_empty(), "宽201", "宽205")


def test_two_zips_share_the_number_that_is_read(work: Work) -> None:
    work.store.rewrite(TASK, replace(TASK, most_members=4))
    work.files["after"] = zipped({"1.png": picture(207), "2.png": picture(208)})
    said = work.finish()

    assert in_order(said, "宽201", "宽202", "宽203", "宽204", "宽207", "其余 1 个")
    assert "宽208" not in said


def test_a_task_that_was_cancelled_meanwhile_stays_closed(work: Work, redis: Redis) -> None:
    plain = work.parts.download

    def download(attachment: Attachment, recipient: DingTalkConversation) -> bytes:
        if attachment.download_code == "zip":
            work.parts.close(TASK)
        return plain(attachment, recipient)

    STEPS.set(replace(work.parts, download=download).steps)
    jobs.fetch(TASK.id, 0)

    assert work.store.task(TASK.id) is None
    assert not redis.keys("ocrbot:unpacked:*")


def test_what_is_unpacked_for_a_task_that_was_cancelled_meanwhile_goes_at_once(
    work: Work, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Unpacking.stage

    def cancelled_meanwhile(*place: Any, **kept: Any) -> None:
        stage(*place, **kept)
        work.parts.close(TASK)

    monkeypatch.setattr(Unpacking, "stage", cancelled_meanwhile)
    jobs.fetch(TASK.id, 0)
    assert not redis.keys("ocrbot:unpacked:*")


def test_a_fetch_that_was_overtaken_puts_nothing_in_the_wrong_place(work: Work) -> None:
    plain = work.parts.download
    overtaken: list[str] = []

    def download(attachment: Attachment, recipient: DingTalkConversation) -> bytes:
        data = plain(attachment, recipient)
        if attachment.download_code == "after" and not overtaken:
            overtaken.append("after")
            work.parts.steps.fetch.run(TASK.id, 1)
        return data

    slow = replace(work.parts, download=download).steps
    slow.fetch.run(TASK.id, 0)
    said = work.finish(2)

    assert in_order(said, "宽201", "宽202", "宽203", "宽204", "宽205")


def test_whatever_is_kept_has_a_time_to_live(work: Work, redis: Redis) -> None:
    jobs.fetch(TASK.id, 0)

    assert [key for key in redis.keys(f"ocrbot:*{TASK.id}*") if redis.ttl(key) < 0] == []


def test_a_zip_that_cannot_be_had_is_told_of_in_its_place(work: Work) -> None:
    plain = work.parts.download

    def download(attachment: Attachment, recipient: DingTalkConversation) -> bytes:
        if attachment.download_code == "zip":
            raise Refused("code_expired", "过期了")
        return plain(attachment, recipient)

    STEPS.set(replace(work.parts, download=download).steps)
    said = work.finish()

    assert in_order(said, "2. ", "过期了", "宽201", "宽205")
