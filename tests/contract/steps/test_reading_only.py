"""A worker that only reads and has no secret of DingTalk hands on what it is done with, once."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image
from redis import Redis

from bot.domain.errors import Unavailable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, task_id
from bot.storage.keys.rq import QUEUE, SCHEDULED
from tests.fakes.fake_steps import FakeEngine, FakeOutbox, StepParts, parts_on
from tests.fakes.job_runner import FUNCTIONS, run_round
from tests.fakes.tasks import reading_task
from workers.jobs import STEPS, fetch, read

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


def picture(shade: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (300, 80), (shade, 255, 255)).save(data, "PNG")
    return data.getvalue()


@dataclass
class SplitWork:
    """Two workers on one Redis: one with all steps, one that only reads."""

    redis: Redis
    parts: StepParts
    engine: FakeEngine
    outbox: FakeOutbox
    now: list[float]

    def fetch(self) -> None:
        STEPS.set(self.parts.steps)
        fetch(TASK.id, 0)

    def read(self, index: int) -> object:
        STEPS.set(self.parts.reading_steps)
        try:
            return read(TASK.id, index)
        finally:
            STEPS.set(self.parts.steps)

    def reply(self) -> None:
        """Run the jobs that wait for the other worker."""
        self.redis.delete(QUEUE.key("read"), SCHEDULED.key("read"))
        run_round(self.redis)

    def waiting(self, queue: str) -> int:
        return self.redis.llen(QUEUE.key(queue))


@pytest.fixture
def work(redis: Redis) -> SplitWork:
    now, engine, outbox = [NOW], FakeEngine(), FakeOutbox()
    pictures = {"one": picture(255), "two": picture(250)}
    parts = parts_on(
        redis,
        clock=lambda: now[0],
        engine=engine,
        download=lambda attachment, _: pictures[attachment.download_code],
        outbox=outbox,
    )
    parts.store.claim([TASK], now=NOW)
    return SplitWork(redis, parts, engine, outbox, now)


def test_the_last_file_that_is_read_enqueues_the_reply(work: SplitWork) -> None:
    work.fetch()
    work.read(0)
    assert work.waiting("reply") == 0
    work.read(1)
    assert work.outbox.texts == []
    assert work.waiting("reply") == 1
    work.reply()
    assert [text.count("你好") for text in work.outbox.texts] == [2]
    assert work.parts.store.open_tasks() == 0


def test_a_read_that_is_repeated_after_its_worker_died_hands_over_once(work: SplitWork) -> None:
    work.fetch()
    work.read(0)
    work.read(1)
    work.read(1)  # its job was not marked as done
    assert work.waiting("reply") == 1
    work.reply()
    work.read(1)
    work.reply()
    assert len(work.outbox.texts) == 1
    assert work.engine.readings == 2


def test_a_worker_that_dies_before_it_hands_over_does_so_when_the_job_is_repeated(work: SplitWork) -> None:
    work.fetch()
    work.read(0)
    work.parts.reading_steps.read.run(TASK.id, 1)  # and nothing after it
    assert work.waiting("reply") == 0
    work.read(1)
    work.reply()
    assert len(work.outbox.texts) == 1


def test_an_engine_that_is_away_puts_the_file_off_without_a_reply(work: SplitWork) -> None:
    work.fetch()
    work.engine.fails = [Unavailable("away")]
    assert work.read(0) is not None
    assert work.waiting("reply") == 0
    work.now[0] += READ_SECONDS
    work.engine.fails = [Unavailable("away"), Unavailable("away")]
    work.read(0)
    work.read(1)
    work.reply()
    assert len(work.outbox.texts) == 1


def test_a_bug_in_reading_ends_in_a_sentence_by_the_other_worker(work: SplitWork) -> None:
    work.fetch()
    work.engine.fails = [ZeroDivisionError()]
    work.read(0)
    work.read(1)
    work.reply()
    assert len(work.outbox.texts) == 1
    assert TASK.id in work.outbox.texts[0]


@pytest.mark.parametrize("queue", sorted(set(FUNCTIONS) - {"read"}))
def test_a_job_of_another_step_is_not_run_by_it(work: SplitWork, queue: str) -> None:
    STEPS.set(work.parts.reading_steps)
    with pytest.raises(TypeError):
        FUNCTIONS[queue](TASK.id, 0)
