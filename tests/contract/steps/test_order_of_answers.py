"""Whose answer goes first in a conversation, on a real Redis: in order, never lost, and never waiting for long."""

import io
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Timer

import pytest
from PIL import Image, ImageDraw
from redis import Redis
from rq import Queue

from bot.domain.document import Document
from bot.domain.errors import Unavailable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Command, RunCommand, Say, Task, task_id
from bot.service.sweeper import Sweeper
from bot.storage.answer_order import MOST_FILES, AnswerOrder
from bot.storage.jobs.job_states import JobStates
from bot.storage.jobs.signed_call import JsonSerializer
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeOutbox, StepParts, parts_on
from tests.fakes.tasks import reading_task
from workers.steps.conversation_order import ConversationOrder
from workers.steps.lease import answering_lease
from workers.steps.read import MOST_PAGES

NOW = 1_790_000_000.0
GROUP = DingTalkConversation(
    robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
)
DOCUMENT = Document(prompt="text", title="文字", engine="rapid", seconds=1.0, pages=1, text="你好")


def task(name: str, *, files: int = 1, conversation: str = "c") -> Task:
    return reading_task(
        id=task_id(name),
        recipient=replace(GROUP, conversation_id=conversation),
        received_at=NOW,
        attachments=tuple(Attachment(download_code=f"{name}{number}") for number in range(files)),
        prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
    )


ONE, TWO, THREE = task("one"), task("two"), task("three")


@dataclass
class Work:
    """The steps with parts that behave."""

    parts: StepParts
    outbox: FakeOutbox
    redis: Redis
    now: list[float]

    @property
    def order(self) -> ConversationOrder:
        return self.parts.steps.reply.order

    def take(self, *tasks: Task) -> None:
        self.parts.store.claim(tasks, now=NOW)

    def finish(self, one: Task) -> object:
        """Read all of a task's files and come to its reply."""
        for index in range(len(one.attachments)):
            self.parts.store.put_outcome(one.id, index, DOCUMENT)
        return self.parts.steps.reply.run(one.id)

    def enqueued(self) -> list[str]:
        """The tasks whose reply waits in the queue, each with a job of its own."""
        ids = Queue("reply", connection=self.redis, serializer=JsonSerializer).job_ids
        return [job_id.partition("-")[0] for job_id in ids]

    def sweep(self) -> None:
        self.now[0] += CHECK_SECONDS + 1
        Sweeper(self.parts.store, self.parts.queue, JobStates(self.redis), lambda: self.now[0], "s").sweep()

    def hold_no_longer(self) -> None:
        self.parts.store.answer_order = AnswerOrder(self.redis, hold=0.0)


@pytest.fixture
def work(redis: Redis) -> Work:
    now, outbox = [NOW], FakeOutbox()
    parts = parts_on(redis, clock=lambda: now[0], outbox=outbox)
    return Work(parts, outbox, redis, now)


def ids(*tasks: Task) -> list[str]:
    return [one.id for one in tasks]


def test_answers_come_in_the_order_of_their_messages(work: Work) -> None:
    work.take(ONE, TWO, THREE)
    work.finish(THREE)
    work.finish(TWO)
    assert work.outbox.task_ids == []
    work.finish(ONE)
    assert work.outbox.task_ids == ids(ONE, TWO, THREE)
    assert work.parts.store.open_tasks() == 0


def test_steps_that_come_again_send_nothing_again(work: Work) -> None:
    work.take(ONE, TWO)
    for _ in range(2):
        work.finish(TWO)
        work.finish(ONE)
    assert work.outbox.task_ids == ids(ONE, TWO)


def test_a_message_delivered_again_keeps_its_place(work: Work) -> None:
    work.take(ONE)
    work.take(TWO, ONE)
    work.finish(TWO)
    assert work.outbox.task_ids == []
    work.finish(ONE)
    assert work.outbox.task_ids == ids(ONE, TWO)


def test_however_many_finish_at_once_each_is_sent_once_and_in_order(work: Work) -> None:
    tasks = [task(str(number)) for number in range(24)]
    work.take(*tasks)
    mixed = random.Random(7).sample(tasks, len(tasks))  # noqa: S311 - repeatable, not secret
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work.finish, mixed))
    assert work.outbox.task_ids == ids(*tasks)[: len(work.outbox.task_ids)]
    for _ in tasks:  # a step sends some in a row and hands the others on
        for waiting in work.enqueued():
            work.parts.steps.reply.run(waiting)
    assert work.outbox.task_ids == ids(*tasks)


def test_one_that_takes_long_holds_the_others_for_a_while_only(work: Work) -> None:
    work.take(ONE, TWO, THREE)
    work.finish(TWO)
    work.hold_no_longer()
    work.sweep()
    assert work.outbox.task_ids == []
    assert work.enqueued() == [TWO.id]
    work.parts.steps.reply.run(TWO.id)
    assert work.outbox.task_ids == ids(TWO)
    work.finish(ONE)
    assert work.outbox.task_ids == ids(TWO, ONE)


def test_the_sweeper_looks_when_the_while_is_over(work: Work) -> None:
    work.take(ONE, TWO)
    work.now[0] += 14
    work.finish(TWO)
    assert TWO.id not in work.parts.store.due(now=work.now[0] + 10)
    assert TWO.id in work.parts.store.due(now=work.now[0] + 20)


def test_one_that_is_put_off_lets_the_others_go(work: Work) -> None:
    work.take(ONE, TWO)
    work.finish(TWO)
    work.parts.steps.read.retrying.put_off(ONE, [Unavailable("the engine is busy")])
    assert work.enqueued() == [TWO.id]
    work.parts.steps.reply.run(TWO.id)
    work.finish(ONE)
    assert work.outbox.task_ids == ids(TWO, ONE)


def test_one_that_is_known_to_be_slow_lets_the_others_go(work: Work) -> None:
    work.take(ONE, TWO)
    work.order.step_aside(ONE)
    work.finish(TWO)
    assert work.outbox.task_ids == ids(TWO)


@pytest.mark.parametrize(("pages", "holds"), [(MOST_PAGES, True), (MOST_PAGES + 1, False)])
def test_a_file_with_many_pages_lets_the_others_go(work: Work, *, pages: int, holds: bool) -> None:
    leaves = [Image.new("RGB", (300, 120), "white") for _ in range(pages)]
    for number, leaf in enumerate(leaves):
        ImageDraw.Draw(leaf).text((20, 40), f"page {number}", fill="black", font_size=40)
    data = io.BytesIO()
    leaves[0].save(data, "TIFF", save_all=True, append_images=leaves[1:])
    work.take(ONE, TWO)
    work.parts.store.put_file(ONE.id, 0, data.getvalue())
    work.finish(TWO)
    work.parts.steps.read.run(ONE.id, 0)
    assert work.enqueued() == ([] if holds else [TWO.id])
    work.finish(ONE)
    assert ONE.id in work.outbox.task_ids


@pytest.mark.parametrize(
    "quick",
    [
        replace(task("help"), content=Say(text="请发图片。")),
        replace(task("status"), content=RunCommand(command=Command.STATUS)),
        task("album", files=MOST_FILES + 1),
        task("elsewhere", conversation="d"),
    ],
    ids=lambda one: one.id,
)
def test_some_neither_wait_nor_are_waited_for(work: Work, quick: Task) -> None:
    work.take(ONE, quick, TWO)
    work.finish(quick)
    assert work.outbox.task_ids == ids(quick)
    work.finish(ONE)
    work.finish(TWO)
    assert work.outbox.task_ids == ids(quick, ONE, TWO)


def test_nobody_waits_for_what_is_quick_by_itself(work: Work) -> None:
    work.take(replace(task("help"), content=Say(text="请发图片。")), ONE)
    work.finish(ONE)
    assert work.outbox.task_ids == ids(ONE)


def test_where_the_sender_was_killed_the_answers_come_once_its_right_has_run_out(work: Work) -> None:
    work.take(ONE, TWO)
    assert work.parts.store.lease(f"reply:{ONE.id}", "killed worker", 45)
    assert work.finish(ONE) is not None  # it looks again
    work.finish(TWO)
    assert work.outbox.task_ids == []
    work.parts.store.release(f"reply:{ONE.id}", "killed worker")
    work.parts.steps.reply.run(ONE.id)
    assert work.outbox.task_ids == ids(ONE, TWO)


def test_what_a_killed_sender_left_unsent_goes_with_the_next_that_is_ready(work: Work) -> None:
    work.take(ONE, TWO, THREE)
    assert work.parts.store.lease(f"reply:{ONE.id}", "killed worker", 45)
    work.finish(ONE)
    work.finish(TWO)
    assert work.outbox.task_ids == []
    work.parts.store.release(f"reply:{ONE.id}", "killed worker")  # its time is over
    work.finish(THREE)
    assert work.outbox.task_ids == ids(ONE, TWO, THREE)


def test_a_killed_senders_right_is_over_within_seconds_and_a_living_ones_lasts(redis: Redis) -> None:
    lease = replace(answering_lease(Store(redis), ONE.id), seconds=1)
    assert lease.hold()
    with lease.kept():
        time.sleep(2.2)
        assert lease.is_held()
    assert not lease.is_held()
    assert answering_lease(Store(redis), ONE.id).seconds <= 15


def test_where_the_sender_was_killed_before_it_passed_on_the_sweeper_does(work: Work) -> None:
    work.take(ONE, TWO)
    work.finish(TWO)
    work.parts.store.close(ONE.id, 1)  # and then it was killed
    work.sweep()
    assert work.enqueued() == [TWO.id]
    work.parts.steps.reply.run(TWO.id)
    assert work.outbox.task_ids == ids(TWO)


def test_one_that_cannot_be_sent_is_left_to_its_own_step_and_the_next_goes(work: Work) -> None:
    work.take(ONE, TWO, THREE)
    work.finish(TWO)
    work.finish(THREE)
    work.outbox.fails_for[TWO.id] = Unavailable("refused")
    work.finish(ONE)
    assert work.outbox.task_ids == ids(ONE, THREE)
    assert work.enqueued() == [TWO.id]
    work.parts.steps.reply.run(TWO.id)
    assert work.outbox.task_ids == ids(ONE, THREE, TWO)


def test_one_that_is_closed_while_its_step_waits_is_not_sent(work: Work) -> None:
    work.take(ONE)
    work.parts.store.lease(f"reply:{ONE.id}", "who cancels", 45)

    def cancel() -> None:
        work.parts.store.close(ONE.id, 1)
        work.parts.store.release(f"reply:{ONE.id}", "who cancels")

    timer = Timer(0.02, cancel)
    timer.start()
    work.finish(ONE)
    timer.join()
    assert work.outbox.task_ids == []


@pytest.mark.parametrize(
    "forget", [lambda store: store.close(ONE.id, 1), lambda store: store.answer_order.leave(ONE.id, "c")]
)
def test_who_is_gone_holds_nobody(work: Work, forget: Callable[[Store], object]) -> None:
    work.take(ONE, TWO)
    work.finish(TWO)
    forget(work.parts.store)
    work.order.send_next("c")
    assert work.enqueued() == [TWO.id]


def test_places_are_forgotten_in_time(work: Work) -> None:
    work.take(ONE, TWO)
    work.finish(TWO)
    kept = [*work.redis.keys("ocrbot:order:*"), *work.redis.keys("ocrbot:ready:*")]
    assert len(kept) == 2
    assert all(work.redis.ttl(key) > 0 for key in kept)
    work.finish(ONE)
    assert not [key for key in kept if work.redis.exists(key)]


@pytest.mark.parametrize("kind", ["order", "ready"])
def test_answers_come_even_where_an_operator_has_deleted_their_order(work: Work, kind: str) -> None:
    work.take(ONE, TWO)
    work.finish(TWO)
    assert work.redis.delete(*work.redis.keys(f"ocrbot:{kind}:*"))
    work.finish(TWO)  # as the sweeper has it done again
    work.finish(ONE)
    assert sorted(work.outbox.task_ids) == sorted(ids(ONE, TWO))
