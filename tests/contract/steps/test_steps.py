"""The steps on a real Redis: what the person gets when things go wrong, and what is done only once."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from PIL import Image, ImageDraw
from redis import Redis

from bot.domain import texts
from bot.domain.document import Document, Failure
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, Say, task_id
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeEngine, FakeOutbox, StepParts, parts_on
from tests.fakes.tasks import reading_task
from workers.jobs import STEPS, fetch, read, reply

NOW = 1_790_000_000.0
TASK = reading_task(
    id=task_id("msgA"),
    recipient=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
    ),
    received_at=NOW,
    attachments=(Attachment(download_code="one"), Attachment(download_code="two")),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)


def picture(words: str) -> bytes:
    image = Image.new("RGB", (300, 80), "white")
    ImageDraw.Draw(image).text((10, 30), words, fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


@dataclass
class Work:
    """The steps with parts that behave, and what a test turns on them."""

    parts: StepParts
    engine: FakeEngine
    outbox: FakeOutbox
    files: dict[str, bytes | Exception]
    now: list[float]

    @property
    def store(self) -> Store:
        return self.parts.store

    def outcome(self, index: int) -> Document | Failure | None:
        return self.store.outcomes(TASK.id, 2)[index]


@pytest.fixture
def work(redis: Redis) -> Work:
    now, engine, outbox = [NOW], FakeEngine(), FakeOutbox()
    files: dict[str, bytes | Exception] = {"one": picture("one"), "two": picture("two")}

    def download(attachment: Attachment, _: DingTalkConversation) -> bytes:
        found = files[attachment.download_code]
        if isinstance(found, Exception):
            raise found
        return found

    parts = parts_on(redis, clock=lambda: now[0], engine=engine, download=download, outbox=outbox)
    STEPS.set(parts.steps)
    parts.store.claim([TASK], now=NOW)
    return Work(parts, engine, outbox, files, now)


def all_steps() -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    read(TASK.id, 1)
    reply(TASK.id, 0)


def test_a_task_is_read_and_answered_once_however_often_its_steps_run(work: Work) -> None:
    all_steps()
    all_steps()
    assert work.engine.readings == 2
    assert len(work.outbox.texts) == 1
    assert work.outbox.texts[0].count("你好") == 2
    assert work.store.open_tasks() == 0


def test_a_repeated_step_finds_what_is_there(work: Work) -> None:
    fetch(TASK.id, 0)
    work.files["one"] = Refused("code_expired", "过期了")
    fetch(TASK.id, 1)
    read(TASK.id, 0)
    read(TASK.id, 0)
    assert isinstance(work.outcome(0), Document)
    assert work.engine.readings == 1


def test_the_same_bytes_are_read_once(work: Work) -> None:
    all_steps()
    again = replace(TASK, id=task_id("msgB"))
    work.store.claim([again], now=NOW)
    fetch(again.id, 0)
    reply(again.id, 0)
    assert work.engine.readings == 2
    assert work.outbox.texts[1].count("你好") == 2


@pytest.mark.parametrize(
    ("error", "waits"),
    [(Unavailable("down", retry_after=7.0), 7), (Unavailable("down"), 1), (Misconfigured("no scope"), 60)],
)
@pytest.mark.parametrize("where", ["fetch", "read", "reply"])
def test_what_may_pass_is_tried_again(work: Work, where: str, error: OcrbotError, waits: int) -> None:
    if where == "fetch":
        work.files["one"] = error
    else:
        fetch(TASK.id, 0)
        (work.engine if where == "read" else work.outbox).fails.append(error)
    calls: dict[str, Callable[[], object]] = {
        "fetch": lambda: fetch(TASK.id, 0),
        "read": lambda: read(TASK.id, 0),
        "reply": lambda: reply(TASK.id, 0),
    }
    again = calls[where]()
    assert again.intervals[0] in range(waits, round(waits * 1.2) + 1)  # type: ignore[attr-defined]
    assert work.store.open_tasks() == 1
    assert work.outbox.texts == []
    work.files["one"] = picture("one")
    all_steps()
    assert work.outbox.texts[0].count("你好") == 2


def test_a_file_that_a_person_can_mend_is_told_of_beside_the_others(work: Work) -> None:
    work.files["one"] = Refused("code_expired", "图片已过期，请重新发送。")
    work.files["two"] = picture("two")
    all_steps()
    assert "图片已过期，请重新发送。" in work.outbox.texts[0]
    assert "你好" in work.outbox.texts[0]


def test_past_the_deadline_the_person_is_told_so(work: Work) -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    work.now[0] += READ_SECONDS + 1
    work.engine.fails.append(Unavailable("down"))
    read(TASK.id, 1)
    reply(TASK.id, 0)
    assert texts.failures.too_late(TASK.id) in work.outbox.texts[0]
    assert "你好" in work.outbox.texts[0]


def test_work_that_broke_off_for_good_is_told_of(work: Work) -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    reply(TASK.id, 0)
    assert texts.failures.interrupted(TASK.id) in work.outbox.texts[0]


@pytest.mark.parametrize("step", ["fetch", "read"])
def test_a_bug_ends_in_an_honest_sentence_with_the_tasks_id(work: Work, step: str) -> None:
    bug = ZeroDivisionError("a bug")
    if step == "fetch":
        work.files["one"] = bug
    else:
        work.engine.fails.append(bug)
    all_steps()
    assert texts.failures.bug(TASK.id) in work.outbox.texts[0]
    assert len(work.outbox.texts) == 1


def test_a_file_that_waited_too_long_is_told_of(work: Work, redis: Redis) -> None:
    fetch(TASK.id, 0)
    redis.delete(f"ocrbot:file:{TASK.id}:0")
    read(TASK.id, 0)
    read(TASK.id, 1)
    reply(TASK.id, 0)
    assert texts.failures.file_gone() in work.outbox.texts[0]


def test_a_send_that_may_have_arrived_is_repeated_and_says_so(work: Work) -> None:
    work.outbox.fails = [Unavailable("refused"), Unsure("no answer came")]
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    read(TASK.id, 1)  # goes on to reply
    reply(TASK.id, 0)
    assert work.store.open_tasks() == 1
    reply(TASK.id, 0)
    assert len(work.outbox.texts) == 2
    assert work.outbox.texts[1] == texts.answers.repeat_notice() + work.outbox.texts[0]


def test_a_send_that_was_refused_is_repeated_as_it_was(work: Work) -> None:
    work.outbox.fails = [Unavailable("refused")]
    all_steps()
    reply(TASK.id, 0)
    assert len(work.outbox.texts) == 1
    assert not work.outbox.texts[0].startswith(texts.answers.repeat_notice())


def test_a_long_answer_goes_on_where_it_was_interrupted(work: Work) -> None:
    outside = replace(TASK.conversation, conversation_id="d", conversation_kind=ConversationKind.SINGLE, staff_id="")
    task = replace(TASK, id=task_id("msgD"), recipient=outside)
    work.store.claim([task], now=NOW)
    long = Document(prompt="text", title="文字", engine="rapid", seconds=1, pages=1, text="一行字\n" * 4000)
    work.store.put_outcome(task.id, 0, long)
    work.store.put_outcome(task.id, 1, long)
    work.outbox.fails = [Unavailable("full"), None]
    reply(task.id, 0)
    first = list(work.outbox.texts)
    reply(task.id, 0)
    assert len(first) == 1
    assert len(work.outbox.texts) == len(set(work.outbox.texts)) > 3


def test_two_workers_do_not_send_the_same_answer(work: Work) -> None:
    fetch(TASK.id, 0)
    assert work.store.lease(f"reply:{TASK.id}", "another worker", 45)
    assert reply(TASK.id, 0) is not None
    assert work.outbox.texts == []


def test_a_ready_answer_is_sent_without_reading(work: Work) -> None:
    task = replace(TASK, id=task_id("msgC"), content=Say(text="请发图片。"))
    work.store.claim([task], now=NOW)
    reply(task.id, 0)
    assert work.outbox.texts == ["请发图片。"]
