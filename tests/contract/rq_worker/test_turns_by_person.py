"""One person's slow files never take all places: others are answered while they still wait."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace

from PIL import Image
from redis import Redis

from bot.domain.document import Line, Reading
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.storage.jobs.signed_call import READ
from tests.contract.rq_worker.test_threaded_worker import until
from tests.fakes.fake_steps import FakeEngine, FakeOutbox, StepParts, parts_on
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.paged_files import png
from tests.fakes.tasks import reading_task
from workers.engines.base import EncodedPicture
from workers.jobs import STEPS, read
from workers.rq_worker.schedule import Schedule
from workers.rq_worker.threaded_worker import ThreadedWorker
from workers.steps.turns import Turns

_NOW = 1_790_000_000.0
_SLOW, _QUICK = 401, 301  # pixels: the widths of pictures


@dataclass
class HeldEngine(FakeEngine):
    """Holds slow pictures until they may go on."""

    go_on: threading.Event = field(default_factory=threading.Event)
    held: int = 0

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        if picture.size[0] == _SLOW:
            self.held += 1
            self.go_on.wait(60)
        return Reading(text="你好", lines=(Line(text="你好"),))


def message(person: str, files: int) -> Task:
    recipient = DingTalkConversation(
        robot_code="r", conversation_id=f"c-{person}", conversation_kind=ConversationKind.SINGLE, staff_id=person
    )
    return reading_task(
        id=task_id(person),
        recipient=recipient,
        received_at=_NOW,
        attachments=tuple(Attachment(download_code=str(number)) for number in range(files)),
        prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
    )


def post(parts: StepParts, task: Task, width: int) -> None:
    parts.store.ledger.claim([task], now=_NOW)
    for index in range(len(task.attachments)):
        parts.store.put_file(task.id, index, png(Image.new("RGB", (width, 50 + index), "white")))
    parts.queue.follow(task.id, 0, range(len(task.attachments)))


@contextmanager
def reading(redis: Redis, parts: StepParts, engine: HeldEngine, places: int, *, beside: int = 0) -> Iterator[None]:
    """A worker that reads, and the schedule that brings back what was put off, while the block runs."""
    STEPS.set(parts.steps)
    worker = ThreadedWorker(
        *(READ, redis),
        name="w",
        signer=JOB_SIGNER,
        functions={READ: read},
        at_once=places,
        parallel=places,
        beside=beside,
    )
    over = threading.Event()
    schedule = Schedule([READ], redis, name="s")
    threads = [
        threading.Thread(target=copy_context().run, args=(worker.listen,)),
        threading.Thread(target=schedule.run, args=(over,)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        engine.go_on.set()
        over.set()
        while threads[0].is_alive():
            worker.stop()
            threads[0].join(0.02)
        threads[1].join()


def test_six_people_are_answered_while_the_files_of_two_others_hang(redis: Redis) -> None:
    engine, outbox = HeldEngine(), FakeOutbox()
    parts = replace(parts_on(redis, clock=lambda: _NOW, engine=engine, outbox=outbox), turns=Turns(places=8, share=2))
    attackers = [message(person, 20) for person in ("eve", "mallory")]
    honest = [message(f"person{number}", 1) for number in range(6)]
    for task in attackers:
        post(parts, task, _SLOW)
    for task in honest:
        post(parts, task, _QUICK)

    with reading(redis, parts, engine, places=8):
        until(lambda: {task.id for task in honest} <= {*outbox.task_ids})
        assert not {task.id for task in attackers} & {*outbox.task_ids}
        engine.go_on.set()
        until(lambda: {task.id for task in attackers} <= {*outbox.task_ids}, seconds=100)


def test_a_person_alone_has_all_places_but_those_that_are_kept() -> None:
    turns = Turns(places=8, share=2)
    held = [turns.turn("eve") for _ in range(7)]

    assert [one.__enter__().granted for one in held] == [True] * 6 + [False]


def test_while_others_are_read_a_person_has_a_share() -> None:
    turns = Turns(places=8, share=2)
    with (
        turns.turn("adam") as adam,
        turns.turn("eve") as first,
        turns.turn("eve") as second,
        turns.turn("eve") as last,
    ):
        assert [adam.granted, first.granted, second.granted, last.granted] == [True, True, True, False]
    with turns.turn("eve") as later:
        assert later.granted


def test_a_file_that_is_refused_again_and_again_asks_less_often() -> None:
    turns = Turns(places=4, share=1)
    with turns.turn("adam"), turns.turn("eve"):
        pauses = []
        for _ in range(400):
            with turns.turn("eve") as refused:
                pauses.append(refused.pause)

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1.0, 15.0)


def test_a_file_that_waits_begins_when_another_one_of_the_person_ends() -> None:
    turns = Turns(places=4, share=1, waiting=2)
    begun = threading.Event()

    def read_next() -> None:
        with turns.turn("eve") as turn:
            assert turn.granted
            begun.set()

    with turns.turn("adam"), ExitStack() as first:
        first.enter_context(turns.turn("eve"))
        thread = threading.Thread(target=read_next)
        thread.start()
        until(lambda: turns._waiting["eve"] == 1)
        with turns.turn("eve") as refused:  # one of a person may wait here
            assert not refused.granted
        assert not begun.is_set()
        first.close()
        assert begun.wait(60)
        thread.join()


def test_files_of_nobody_in_particular_are_read() -> None:
    turns = Turns(places=1, share=1)
    with turns.turn("") as first, turns.turn("") as second:
        assert first.granted
        assert second.granted
