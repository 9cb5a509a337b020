"""The steps on a real Redis: what the person gets when things go wrong, and what is done only once."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from PIL import Image, ImageDraw
from redis import Redis

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.document import Document, Failure, Line, Reading
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure
from bot.domain.message import Address, Attachment, ConversationKind
from bot.domain.message_limits import MessageLimits
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, Task, task_id
from bot.domain.texts import chat as texts
from bot.storage.ledger import Store
from bot.storage.queue import TaskQueue
from workers.jobs import STEPS, fetch, read, reply
from workers.steps.read import Steps

NOW = 1_790_000_000.0
TASK = Task(
    id=task_id("msgA"),
    address=Address(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"),
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
class FakeEngine:
    """Reads the same line on every picture, or fails as told."""

    name: str = "rapid"
    takes_prompts: bool = False
    fails: list[Exception] = field(default_factory=list)
    readings: int = 0

    def read(
        self, image: Image.Image, prompt: str, *, request_id: str = "", timeout: float = 120.0, priority: int = 0
    ) -> Reading:
        if self.fails:
            raise self.fails.pop()
        self.readings += 1
        return Reading(text="你好", lines=(Line(text="你好"),))


@dataclass
class FakeOutbox:
    """Keeps what was sent; fails as told, after sending where the error is `Unsure`."""

    sent: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    limits: MessageLimits = MESSAGE_LIMITS

    def send(self, address: Address, title: str, text: str, *, mention: bool, task_id: str) -> None:
        error = self.fails.pop() if self.fails else None
        if error is None or isinstance(error, Unsure):
            self.sent.append(text)
        if error is not None:
            raise error

    def send_file(self, address: Address, name: str, data: bytes, *, task_id: str) -> None:
        self.sent.append(name)


@dataclass
class Work:
    """The steps with parts that behave, and what a test turns on them."""

    steps: Steps
    engine: FakeEngine
    outbox: FakeOutbox
    files: dict[str, bytes | Exception]
    now: list[float]

    @property
    def store(self) -> Store:
        return self.steps.store

    def outcome(self, index: int) -> Document | Failure | None:
        return self.store.outcomes(TASK.id, 2)[index]


@pytest.fixture
def work(redis: Redis) -> Work:
    now, engine, outbox = [NOW], FakeEngine(), FakeOutbox()
    files: dict[str, bytes | Exception] = {"one": picture("one"), "two": picture("two")}

    def download(attachment: Attachment, _: Address) -> bytes:
        found = files[attachment.download_code]
        if isinstance(found, Exception):
            raise found
        return found

    store = Store(redis)
    steps = Steps(
        store=store, queue=TaskQueue(redis), engine=engine, download=download, outbox=outbox, clock=lambda: now[0]
    )
    STEPS.set(steps)
    store.claim([TASK], now=NOW)
    return Work(steps, engine, outbox, files, now)


def all_steps() -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    read(TASK.id, 1)
    reply(TASK.id, 0)


def test_a_task_is_read_and_answered_once_however_often_its_steps_run(work: Work) -> None:
    all_steps()
    all_steps()
    assert work.engine.readings == 2
    assert len(work.outbox.sent) == 1
    assert work.outbox.sent[0].count("你好") == 2
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
    assert work.outbox.sent[1].count("你好") == 2


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
    assert work.outbox.sent == []
    work.files["one"] = picture("one")
    all_steps()
    assert work.outbox.sent[0].count("你好") == 2


def test_a_file_that_a_person_can_mend_is_told_of_beside_the_others(work: Work) -> None:
    work.files["one"] = Refused("code_expired", "图片已过期，请重新发送。")
    work.files["two"] = picture("two")
    all_steps()
    assert "图片已过期，请重新发送。" in work.outbox.sent[0]
    assert "你好" in work.outbox.sent[0]


def test_past_the_deadline_the_person_is_told_so(work: Work) -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    work.now[0] += READ_SECONDS + 1
    work.engine.fails.append(Unavailable("down"))
    read(TASK.id, 1)
    reply(TASK.id, 0)
    assert texts.too_late(TASK.id) in work.outbox.sent[0]
    assert "你好" in work.outbox.sent[0]


def test_work_that_broke_off_for_good_is_told_of(work: Work) -> None:
    fetch(TASK.id, 0)
    read(TASK.id, 0)
    reply(TASK.id, 0)
    assert texts.interrupted(TASK.id) in work.outbox.sent[0]


@pytest.mark.parametrize("step", ["fetch", "read"])
def test_a_bug_ends_in_an_honest_sentence_with_the_tasks_id(work: Work, step: str) -> None:
    bug = ZeroDivisionError("a bug")
    if step == "fetch":
        work.files["one"] = bug
    else:
        work.engine.fails.append(bug)
    all_steps()
    assert texts.bug(TASK.id) in work.outbox.sent[0]
    assert len(work.outbox.sent) == 1


def test_a_file_that_waited_too_long_is_told_of(work: Work, redis: Redis) -> None:
    fetch(TASK.id, 0)
    redis.delete(f"ocrbot:file:{TASK.id}:0")
    read(TASK.id, 0)
    read(TASK.id, 1)
    reply(TASK.id, 0)
    assert texts.file_gone() in work.outbox.sent[0]


def test_a_send_that_may_have_arrived_is_repeated_and_says_so(work: Work) -> None:
    work.outbox.fails = [Unavailable("refused"), Unsure("no answer came")]
    all_steps()
    reply(TASK.id, 0)
    assert work.store.open_tasks() == 1
    reply(TASK.id, 0)
    assert len(work.outbox.sent) == 2
    assert work.outbox.sent[1] == texts.repeat_notice() + work.outbox.sent[0]


def test_a_send_that_was_refused_is_repeated_as_it_was(work: Work) -> None:
    work.outbox.fails = [Unavailable("refused")]
    all_steps()
    reply(TASK.id, 0)
    assert len(work.outbox.sent) == 1
    assert not work.outbox.sent[0].startswith(texts.repeat_notice())


def test_a_long_answer_goes_on_where_it_was_interrupted(work: Work) -> None:
    outside = replace(TASK.address, conversation_id="d", conversation_kind=ConversationKind.SINGLE, staff_id="")
    task = replace(TASK, id=task_id("msgD"), address=outside)
    work.store.claim([task], now=NOW)
    long = Document(prompt="text", title="文字", engine="rapid", seconds=1, pages=1, text="一行字\n" * 4000)
    work.store.put_outcome(task.id, 0, long)
    work.store.put_outcome(task.id, 1, long)
    work.outbox.fails = [Unavailable("full"), None]  # type: ignore[list-item]
    reply(task.id, 0)
    first = list(work.outbox.sent)
    reply(task.id, 0)
    assert len(first) == 1
    assert len(work.outbox.sent) == len(set(work.outbox.sent)) > 3


def test_two_workers_do_not_send_the_same_answer(work: Work) -> None:
    fetch(TASK.id, 0)
    assert work.store.lease(f"reply:{TASK.id}", "another worker", 45)
    assert reply(TASK.id, 0) is not None
    assert work.outbox.sent == []


def test_a_ready_answer_is_sent_without_reading(work: Work) -> None:
    task = replace(TASK, id=task_id("msgC"), attachments=(), prompt=None, answer="请发图片。")
    work.store.claim([task], now=NOW)
    reply(task.id, 0)
    assert work.outbox.sent == ["请发图片。"]
