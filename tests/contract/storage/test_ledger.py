"""The ledger, the queue and the sweeper on a real Redis: what keeps a message from being lost or answered twice."""

import importlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus
from structlog.testing import capture_logs

from bot.domain import texts
from bot.domain.document import Document, Failure
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import GIVE_UP_SECONDS, LAST_TRY_SECONDS, READ_SECONDS, Say, task_id
from bot.service.sweeper import Sweeper
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.jobs.job_states import JobStates
from bot.storage.jobs.signed_call import FUNCTIONS, JsonSerializer
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.queue import TaskQueue, job_id
from bot.storage.results import result_key
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading, reading_task

NOW = 1_790_000_000.0
TASK = reading_task(
    id=task_id("msgA"),
    recipient=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    received_at=NOW,
    attachments=(Attachment(download_code="one"), Attachment(download_code="two")),
    prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
)
DOCUMENT = Document(prompt="text", title="文字", engine="rapid", seconds=1.0, pages=1, text="你好")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(redis: Redis) -> Store:
    return Store(redis)


@pytest.fixture
def queue(redis: Redis) -> TaskQueue:
    return TaskQueue(redis, JOB_SIGNER)


def job(redis: Redis, step: str, generation: int = 0, index: int | None = None) -> Job:
    return Job.fetch(job_id(TASK.id, step, generation, index), connection=redis, serializer=JsonSerializer)


def waiting(redis: Redis, step: str) -> list[str]:
    return Queue(step, connection=redis, serializer=JsonSerializer).job_ids


def look(store: Store, queue: TaskQueue, clock: Clock, redis: Redis) -> None:
    clock.now += CHECK_SECONDS + 1
    Sweeper(store, queue, JobStates(redis), clock, "s").sweep()


def test_a_message_is_claimed_once_whoever_asks(store: Store, redis: Redis) -> None:
    other_process = Store(redis)
    other = replace(TASK, id=task_id("msgB"))
    assert store.claim([TASK, other], now=NOW) == [True, True]
    assert other_process.claim([TASK], now=NOW) == [False]
    assert store.task(TASK.id) == TASK
    assert store.open_tasks() == 2


def test_an_answered_message_leaves_nothing_but_its_claim_and_where_its_files_are(store: Store, redis: Redis) -> None:
    store.claim([TASK], now=NOW)
    store.put_file(TASK.id, 0, b"bytes")
    store.put_outcome(TASK.id, 1, DOCUMENT)
    store.mark(TASK.id, sending=1)
    store.close(TASK.id, 2)
    kept = {key for key in redis.keys("ocrbot:*") if "shared" not in str(key)}
    assert kept == {f"ocrbot:{name}:{TASK.id}".encode() for name in ("claim", "posted")}
    assert store.claim([TASK], now=NOW) == [False]
    assert store.task(TASK.id) is None


def test_a_bad_edit_of_a_prompt_does_not_reach_tasks_that_were_taken_before(store: Store, redis: Redis) -> None:
    edited = reading(replace(TASK, id=task_id("msgB")), prompt=replace(TASK.to_read.prompt, text="???"))
    store.claim([TASK], now=NOW)
    store.claim([edited], now=NOW)
    assert Store(redis).task(TASK.id) == TASK
    assert Store(redis).task(edited.id) == edited


def test_a_task_whose_prompts_have_vanished_is_answered_with_a_sentence(store: Store, redis: Redis) -> None:
    store.claim([TASK], now=NOW)
    redis.delete(*redis.keys("ocrbot:shared:*"))
    found = Store(redis).task(TASK.id)
    assert found is not None
    assert found.content == Say(text=texts.failures.interrupted(TASK.id))
    assert found.recipient == TASK.recipient


def test_prompts_come_back_with_the_next_task_after_redis_was_emptied(store: Store, redis: Redis) -> None:
    store.claim([TASK], now=NOW)
    redis.flushdb()
    store.claim([TASK], now=NOW)
    assert Store(redis).task(TASK.id) == TASK


def test_a_prompt_outlives_every_task_that_names_it(store: Store, redis: Redis) -> None:
    store.claim([TASK], now=NOW)
    longest = redis.ttl(f"ocrbot:task:{TASK.id}") + 3600  # remembered for an hour at most
    assert all(redis.ttl(key) > longest for key in redis.keys("ocrbot:shared:*"))


def test_nothing_stays_for_ever(store: Store, redis: Redis) -> None:
    store.claim([TASK], now=NOW)
    store.put_file(TASK.id, 0, b"bytes")
    store.put_outcome(TASK.id, 1, DOCUMENT, result="key")
    store.next_generation(TASK.id)
    store.lease("x", "me", 10)
    store.budgets.take("calls", 1, 60)
    RedisTokens(redis, "app").put("t", 7200)
    lasting = [key for key in redis.keys("ocrbot:*") if redis.ttl(key) == -1]
    assert lasting == [b"ocrbot:ledger"]


def test_outcomes_come_back_as_they_were(store: Store) -> None:
    failure = Failure(reason="too_small", text="太小")
    store.claim([TASK], now=NOW)
    store.put_outcome(TASK.id, 0, DOCUMENT, result="key")
    store.put_outcome(TASK.id, 2, failure, result="other")
    assert store.outcomes(TASK.id, 3) == [DOCUMENT, None, failure]
    assert store.result("key") == DOCUMENT
    assert store.result("other") is None


def test_an_outcome_that_stands_is_not_replaced(store: Store) -> None:
    store.claim([TASK], now=NOW)
    store.put_outcome(TASK.id, 0, DOCUMENT)
    assert store.put_outcome(TASK.id, 0, Failure(reason="file_gone", text="没有了"), files=1)
    assert store.outcomes(TASK.id, 1) == [DOCUMENT]


def test_a_file_that_is_there_by_now_is_not_said_to_be_gone(store: Store) -> None:
    gone = Failure(reason="file_gone", text="没有了")
    store.claim([TASK], now=NOW)
    store.put_file(TASK.id, 0, b"bytes")
    assert not store.files.put_without_file(TASK.id, 0, gone)
    assert store.files.put_without_file(TASK.id, 1, gone)
    assert store.file(TASK.id, 0) == b"bytes"
    assert store.outcomes(TASK.id, 2) == [None, gone]


def test_the_same_bytes_asked_differently_are_another_question() -> None:
    invoice = Prompt(name="invoice", title="发票", text="x", sha256="11")
    keys = {
        result_key(b"bytes", TASK.to_read, "rapid"),
        result_key(b"other", TASK.to_read, "rapid"),
        result_key(b"bytes", TASK.to_read, "hunyuan"),
        result_key(b"bytes", reading(TASK, prompt=invoice).to_read, "rapid"),
        result_key(b"bytes", reading(TASK, prompt=replace(invoice, text="other names")).to_read, "rapid"),
        result_key(b"bytes", reading(TASK, candidates=(invoice,)).to_read, "rapid"),
        result_key(b"bytes", reading(TASK, candidates=(replace(invoice, sha256="12"),)).to_read, "rapid"),
    }
    assert len(keys) == 7
    assert result_key(b"bytes", replace(TASK, id="another").to_read, "rapid") in keys


def test_a_lease_is_held_by_one_and_given_back_by_its_holder_only(store: Store) -> None:
    assert store.lease("reply", "a", 10)
    assert store.lease("reply", "a", 10)
    assert not store.lease("reply", "b", 10)
    store.release("reply", "b")
    assert not store.lease("reply", "b", 10)
    store.release("reply", "a")
    assert store.lease("reply", "b", 10)


def test_turns_are_given_first_come_first_served_a_few_at_once_and_the_others_evenly(store: Store) -> None:
    waits = [store.budgets.reserve("calls", 20, 15, burst=5, longest=60) for _ in range(60)]
    assert waits[:5] == [0.0] * 5
    assert all(0.5 < later - earlier < 0.8 for earlier, later in pairwise(waits[4:20]))
    assert all(0.5 < later - earlier < 0.8 for earlier, later in pairwise(waits[20:]))
    assert all(later - earlier > 14 for earlier, later in zip(waits, waits[20:], strict=False))


def test_a_turn_beyond_the_longest_wait_is_not_reserved(store: Store) -> None:
    def reserve(longest: float) -> float:
        return store.budgets.reserve("calls", 2, 30, burst=1, longest=longest)

    assert reserve(0) == 0.0
    for _ in range(2):
        assert 14 < reserve(0) <= 15
    assert 14 < reserve(20) <= 15
    assert 29 < reserve(20) <= 30


def test_messages_of_a_conversation_follow_freely_at_first_and_then_ever_more_slowly(store: Store) -> None:
    def take() -> tuple[float, int]:
        return store.budgets.take_spaced("messages", 6, 60, free=3)

    assert [take() for _ in range(3)] == [(0.0, 6), (0.0, 5), (0.0, 4)]
    wait, left = take()
    assert (5 < wait <= 60 / 9, left) == (True, 3)
    for _ in range(2):
        store.budgets.take("messages", 6, 60)
    assert 50 < take()[0] <= 60


def test_a_budget_says_how_long_to_wait(store: Store) -> None:
    assert [store.budgets.take("calls", 2, 60) for _ in range(2)] == [0.0, 0.0]
    assert 50 < store.budgets.take("calls", 2, 60) <= 60
    assert store.budgets.take("others", 2, 60) == 0.0


def test_a_token_is_dropped_only_by_those_who_saw_it_fail(redis: Redis) -> None:
    tokens = RedisTokens(redis, "app")
    tokens.put("old", 100)
    tokens.put("new", 100)
    tokens.drop("old")
    assert tokens.get() == "new"
    tokens.drop("new")
    assert tokens.get() is None


def test_job_names_resolve_to_what_they_name() -> None:
    for function in FUNCTIONS.values():
        module, _, name = function.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_jobs_hold_no_pickle_and_end_on_purpose(redis: Redis, queue: TaskQueue) -> None:
    queue.start([(TASK.id, True)])
    fetch = job(redis, "fetch")
    raw = redis.hget(fetch.key, "data")
    assert raw is not None
    assert json.loads(__import__("zlib").decompress(raw))
    assert fetch.timeout
    assert fetch.result_ttl == 0
    assert fetch.failure_ttl
    assert fetch.retries_left


def test_no_job_waits_for_another(redis: Redis, queue: TaskQueue) -> None:
    queue.start([(TASK.id, True)])
    queue.follow(TASK.id, 0, [0, 1])
    assert waiting(redis, "read") == [job_id(TASK.id, "read", 0, index) for index in (0, 1)]
    assert redis.keys("rq:deferred:*") == redis.keys("rq:job:*:dependents") == []


def test_a_file_whose_reading_failed_for_good_is_not_read_again(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    queue.follow(TASK.id, 0, [0])
    redis.delete("rq:queue:read")
    job(redis, "read", index=0).set_status(JobStatus.FAILED)
    look(store, queue, clock, redis)
    assert waiting(redis, "fetch") == []
    assert waiting(redis, "reply") == [job_id(TASK.id, "reply", 1)]


def test_a_claim_without_a_job_is_started_within_the_minute(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    Sweeper(store, queue, JobStates(redis), clock, "s").sweep()
    assert waiting(redis, "fetch") == []  # its own process is about to start it
    look(store, queue, clock, redis)
    assert waiting(redis, "fetch") == [job_id(TASK.id, "fetch", 1)]
    look(store, queue, clock, redis)
    assert len(waiting(redis, "fetch")) == 1


@pytest.mark.parametrize("vanished", ["taken by nobody", "deleted", "silent", "put off but in no list"])
def test_a_task_whose_job_vanished_is_started_over(store: Store, queue: TaskQueue, redis: Redis, vanished: str) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    queue.start([(TASK.id, True)])
    fetch = job(redis, "fetch")
    if vanished == "taken by nobody":
        redis.lpop("rq:queue:fetch")
    elif vanished == "deleted":
        fetch.delete()
    elif vanished == "silent":
        redis.lpop("rq:queue:fetch")
        fetch.set_status(JobStatus.STARTED)
        fetch.heartbeat(datetime.now(UTC) - timedelta(seconds=60), 100)
    else:
        redis.lpop("rq:queue:fetch")
        fetch.set_status(JobStatus.SCHEDULED)
    look(store, queue, clock, redis)
    assert job_id(TASK.id, "fetch", 1) in waiting(redis, "fetch")


def test_a_task_is_not_started_over_while_a_worker_is_just_taking_its_job(
    store: Store, queue: TaskQueue, redis: Redis
) -> None:
    clock, jobs = Clock(), JobStates(redis)
    store.claim([TASK], now=NOW)
    queue.start([(TASK.id, True)])
    redis.lmove("rq:queue:fetch", "rq:queue:fetch:intermediate")
    clock.now += CHECK_SECONDS + 1
    Sweeper(store, queue, jobs, clock, "s").sweep()
    assert waiting(redis, "fetch") == []
    clock.now += CHECK_SECONDS + 1  # its worker was killed
    Sweeper(store, queue, jobs, clock, "s").sweep()
    assert waiting(redis, "fetch") == [job_id(TASK.id, "fetch", 1)]


def test_a_task_that_is_answered_while_it_is_looked_at_is_not_given_up(
    store: Store, queue: TaskQueue, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, due = Clock(), [[TASK.id], []]
    store.claim([TASK], now=NOW)
    store.close(TASK.id, 2)
    monkeypatch.setattr(store, "due", lambda **_: due.pop(0))  # found a moment before
    with capture_logs() as logs:
        look(store, queue, clock, redis)
    assert logs == []
    assert waiting(redis, "fetch") == []


def test_a_lost_task_is_found_at_once_behind_a_long_backlog(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    tasks = [replace(TASK, id=task_id(f"msg{number}")) for number in range(2500)]
    for begin in range(0, len(tasks), 250):
        store.claim(tasks[begin : begin + 250], now=NOW)
    queue.start([(task.id, True) for task in tasks])
    lost = tasks[-1].id
    redis.lrem("rq:queue:fetch", 0, job_id(lost, "fetch", 0))
    look(store, queue, clock, redis)
    assert waiting(redis, "fetch")[-1] == job_id(lost, "fetch", 1)
    assert len(waiting(redis, "fetch")) == len(tasks)


def test_a_task_at_work_is_left_alone(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    queue.start([(TASK.id, True)])
    redis.lpop("rq:queue:fetch")
    fetch = job(redis, "fetch")
    fetch.set_status(JobStatus.STARTED)
    fetch.heartbeat(datetime.now(UTC), 100)
    look(store, queue, clock, redis)
    assert waiting(redis, "fetch") == []


def test_a_task_at_work_on_a_machine_with_another_time_is_left_alone_while_it_beats(
    store: Store, queue: TaskQueue, redis: Redis
) -> None:
    clock, jobs = Clock(), JobStates(redis)
    store.claim([TASK], now=NOW)
    queue.start([(TASK.id, True)])
    redis.lpop("rq:queue:fetch")
    fetch = job(redis, "fetch")
    fetch.set_status(JobStatus.STARTED)
    sweeper = Sweeper(store, queue, jobs, clock, "s")
    for beat in range(6):
        fetch.heartbeat(datetime.now(UTC) - timedelta(hours=6) + timedelta(seconds=15 * beat), 100)
        clock.now += CHECK_SECONDS + 1
        sweeper.sweep()
    assert waiting(redis, "fetch") == []
    for _ in range(3):  # its worker was killed
        clock.now += CHECK_SECONDS + 1
        sweeper.sweep()
    assert waiting(redis, "fetch") == [job_id(TASK.id, "fetch", 1)]


def test_past_its_deadline_a_task_is_answered_with_what_there_is(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    queue.start([(TASK.id, True)])
    clock.now = NOW + READ_SECONDS
    look(store, queue, clock, redis)
    assert waiting(redis, "reply") == [job_id(TASK.id, "reply", 1)]
    look(store, queue, clock, redis)
    assert len(waiting(redis, "reply")) == 1


def test_an_answer_that_cannot_be_sent_for_a_day_is_left_to_a_last_sentence(
    store: Store, queue: TaskQueue, redis: Redis
) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    clock.now = NOW + GIVE_UP_SECONDS
    look(store, queue, clock, redis)
    assert waiting(redis, "reply") == [job_id(TASK.id, "reply", 1)]
    assert store.open_tasks() == 1
    clock.now += LAST_TRY_SECONDS
    look(store, queue, clock, redis)
    assert store.open_tasks() == 0


@pytest.mark.parametrize(
    "damage",
    [
        ("hset", "ocrbot:progress:{}", "later", "1"),
        ("hset", "ocrbot:progress:{}", "generation", "many"),
        ("set", "ocrbot:progress:{}", "no hash"),
        ("set", "ocrbot:task:{}", "no task"),
        ("lpush", "ocrbot:task:{}", "no string"),
        ("set", "ocrbot:posted:{}", "no hash"),
        ("set", "rq:job:{}-fetch-0", "no job"),
        ("hset", "rq:job:{}-fetch-0", "status", b"\xff", "last_heartbeat", "yesterday"),
        ("zadd", "ocrbot:ledger", 0, b"\xff\xfe"),
    ],
    ids=str,
)
def test_one_damaged_task_keeps_no_other_from_being_recovered(
    store: Store, queue: TaskQueue, redis: Redis, damage: tuple[object, ...]
) -> None:
    clock, bystander = Clock(), replace(TASK, id=task_id("msgB"))
    store.claim([TASK, bystander], now=NOW)
    command, key, *values = damage
    name = str(key).format(TASK.id)
    if command not in {"zadd", "hset"}:
        redis.delete(name)
    redis.execute_command(str(command), name, *values)  # type: ignore[no-untyped-call]
    look(store, queue, clock, redis)
    assert job_id(bystander.id, "fetch", 1) in waiting(redis, "fetch")
    look(store, queue, clock, redis)
    assert store.task(bystander.id) == bystander
    for wrong in (name, b"rq:job:" + TASK.id.encode() + b"-fetch-0"):
        redis.delete(wrong)


def test_a_task_of_a_later_version_stays_open_until_it_has_waited_too_long(
    store: Store, queue: TaskQueue, redis: Redis
) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    payload = redis.get(f"ocrbot:task:{TASK.id}")
    assert isinstance(payload, bytes)
    redis.set(f"ocrbot:task:{TASK.id}", payload.replace(b'"version":3', b'"version":9'), keepttl=True)
    with capture_logs() as logs:
        for _ in range(4):
            look(store, queue, clock, redis)
    assert store.open_tasks() == 1
    assert waiting(redis, "fetch") == [job_id(TASK.id, "fetch", 1)]
    assert waiting(redis, "reply") == []
    assert sum("unreadable" in entry["event"] for entry in logs) <= 4
    clock.now = NOW + READ_SECONDS
    look(store, queue, clock, redis)
    assert waiting(redis, "reply") == [job_id(TASK.id, "reply", 2)]


def test_only_one_of_several_sweepers_works_at_a_time(store: Store, queue: TaskQueue, redis: Redis) -> None:
    clock = Clock()
    store.claim([TASK], now=NOW)
    clock.now += CHECK_SECONDS + 1
    assert store.lease("sweeper", "another process", 15)
    Sweeper(store, queue, JobStates(redis), clock, "s").sweep()
    assert waiting(redis, "fetch") == []


def test_following_twice_reads_once(redis: Redis, queue: TaskQueue) -> None:
    queue.follow(TASK.id, 0, [0, 1])
    queue.follow(TASK.id, 0, [0, 1])
    assert len(waiting(redis, "read")) == 2
