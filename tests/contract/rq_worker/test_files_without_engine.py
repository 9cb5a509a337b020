"""An engine that hangs holds up only those whose files need it."""

from dataclasses import replace

import pytest
from PIL import Image
from redis import Redis

from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.task import Task, task_id
from bot.storage.jobs.signed_call import FETCH, READ
from bot.storage.jobs.upkeep import DueJobs, JobUpkeep
from bot.storage.keys.rq import QUEUE, SCHEDULED
from bot.storage.queue import FAILED_SECONDS, TaskQueue, job_id
from tests.contract.rq_worker.test_fetching_ahead import PICTURES, post
from tests.contract.rq_worker.test_threaded_worker import until
from tests.contract.rq_worker.test_turns_by_person import _NOW, _SLOW, HeldEngine, message, reading
from tests.fakes.embedded_files import digital_xml, ofd, pdf
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.paged_files import png
from workers.files.page_count import has_own_text
from workers.jobs import STEPS, fetch
from workers.rq_worker.fetching_ahead import FetchingAhead
from workers.steps.turns import Turns

SCAN = png(Image.new("RGB", (_SLOW, 50), "white"))
OFD = ofd()


def in_group(person: str, code: str) -> Task:
    """A message with one file, in a group."""
    recipient = DingTalkConversation(
        robot_code="r", conversation_id=code, conversation_kind=ConversationKind.GROUP, staff_id=person
    )
    one = message(person, 1)
    content = replace(one.to_read, attachments=(Attachment(download_code=code),))
    return replace(one, id=task_id(f"{person}-{code}"), recipient=recipient, content=content)


def test_files_that_need_no_engine_are_answered_while_all_places_wait_for_it(redis: Redis) -> None:
    files = {"ofd": OFD, "xml": digital_xml().encode()}
    engine, outbox = HeldEngine(), FakeOutbox()
    parts = parts_on(
        redis,
        clock=lambda: _NOW,
        engine=engine,
        outbox=outbox,
        turns=Turns(places=4, share=1),
        download=lambda attachment, _: files.get(attachment.download_code, SCAN + attachment.download_code.encode()),
    )
    STEPS.set(parts.steps)
    pictures = [message(f"person{number}", 2) for number in range(8)]
    with_text = [in_group("person0", "ofd"), in_group("somebody", "xml")]

    def take(task: Task) -> None:
        parts.store.ledger.claim([task], now=_NOW)
        fetch(task.id, 0)

    for task in pictures:
        take(task)
    with reading(redis, parts, engine, places=4, beside=2):
        until(lambda: engine.held == 4)
        for task in with_text:
            take(task)
        until(lambda: {task.id for task in with_text} <= {*outbox.task_ids})
        assert engine.held == 4
        assert not {task.id for task in pictures} & {*outbox.task_ids}
        assert redis.llen(QUEUE.key(READ)) + redis.zcard(SCHEDULED.key(READ)) == 12
        engine.go_on.set()
        until(lambda: {task.id for task in pictures} <= {*outbox.task_ids}, seconds=60)


def test_what_needs_no_engine_goes_first_however_often_it_waits(redis: Redis) -> None:
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.follow("slow", 0, [0, 1])
    queue.follow("mixed", 0, [0, 1], first={1})
    names = [job_id("mixed", READ, 0, 1), *(job_id("slow", READ, 0, index) for index in (0, 1))]
    assert redis.lrange(QUEUE.key(READ), 0, -1)[:3] == [name.encode() for name in names]
    assert queue.goes_first(READ)

    upkeep = JobUpkeep(redis, READ, failed_seconds=FAILED_SECONDS)
    redis.lpop(QUEUE.key(READ))
    with redis.pipeline() as pipe:
        upkeep.put_off(names[0], 0, pipe)
        pipe.execute()
    DueJobs(redis).enqueue([READ])
    assert redis.lindex(QUEUE.key(READ), 0) == names[0].encode()


def test_what_may_need_no_engine_by_its_name_is_fetched_before_readers_need_it(redis: Redis) -> None:
    post(redis, PICTURES)
    queue = TaskQueue(redis, JOB_SIGNER)
    queue.follow("full", 0, range(40))
    ahead = FetchingAhead(redis, lambda: _NOW)
    assert not ahead.may_begin(0)
    queue.start([("text", True)], first={"text"})
    assert ahead.may_begin(0)
    assert redis.lindex(QUEUE.key(FETCH), 0) == job_id("text", FETCH, 0).encode()
    assert not FetchingAhead(redis, lambda: _NOW, memory_share=0.0).may_begin(0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (OFD, True),
        (digital_xml().encode(), True),
        (pdf([(100, 100, "发票")]), True),
        (SCAN, False),
        (b"%PDF-1.7 a scan", False),
    ],
)
def test_which_files_bring_their_text_is_told_from_their_bytes(data: bytes, *, expected: bool) -> None:
    assert has_own_text(data) is expected
