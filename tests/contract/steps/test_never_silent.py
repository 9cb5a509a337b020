"""Whatever the clock does and whichever version wrote a task: it ends in an answer or in a sentence."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from redis import Redis

from bot.domain import texts
from bot.domain.errors import Refused, Unavailable, Unsure
from bot.domain.message import Attachment, DingTalkConversation
from bot.domain.task import GIVE_UP_SECONDS, LAST_TRY_SECONDS, READ_SECONDS, Task
from bot.service.sweeper import Sweeper
from bot.storage.connection import RedisClock
from bot.storage.jobs.job_states import JobStates
from tests.contract.steps.test_steps import NOW, TASK, picture
from tests.fakes.fake_steps import FakeOutbox, StepParts, parts_on
from tests.fakes.job_runner import run_round
from workers.jobs import STEPS

HOUR = 3600.0


@dataclass
class Deployment:
    """A bot's sweeper and a worker, with a clock that the test sets and files that DingTalk gives or does not."""

    redis: Redis
    now: float = NOW
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    away: bool = False  # whether DingTalk gives no files

    def __post_init__(self) -> None:
        self.parts: StepParts = parts_on(
            self.redis, clock=lambda: self.now, download=self._download, outbox=self.outbox
        )
        self.sweeper = Sweeper(self.parts.store, self.parts.queue, JobStates(self.redis), lambda: self.now, "s")
        STEPS.set(self.parts.steps)

    def _download(self, _: Attachment, __: DingTalkConversation) -> bytes:
        if self.away:
            raise Unavailable("away")
        return picture("one")

    def claim(self, task: Task = TASK) -> None:
        self.parts.store.claim([task], now=self.now)
        self.parts.queue.start([(task.id, task.fetches)])

    def go_on(self, rounds: int = 6) -> None:
        """Let some time pass, with a look of the sweeper and a round of jobs in each quarter of a minute."""
        for _ in range(rounds):
            self.sweeper.sweep()
            run_round(self.redis)
            self.now += 16.0

    @property
    def told(self) -> list[str]:
        return [text for task_id, text in self.outbox.sent if task_id == TASK.id]

    @property
    def is_over(self) -> bool:
        return self.parts.store.open_tasks() == 0


@pytest.fixture
def deployment(redis: Redis) -> Deployment:
    return Deployment(redis)


JUMPS = [6 * HOUR, -6 * HOUR, 25 * HOUR, -25 * HOUR, READ_SECONDS]


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("lost", [False, True], ids=["its job waits", "its job is lost"])
def test_a_jump_of_the_clock_before_anything_is_read_ends_nothing_silently(
    deployment: Deployment, redis: Redis, jump: float, *, lost: bool
) -> None:
    deployment.claim()
    if lost:
        redis.delete("rq:queue:fetch", f"rq:job:{TASK.id}-fetch-0")
    deployment.now += jump
    deployment.go_on()
    assert deployment.is_over
    assert len(deployment.told) == 1


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_while_dingtalk_gives_no_files_ends_nothing_silently(deployment: Deployment, jump: float) -> None:
    deployment.away = True
    deployment.claim()
    deployment.go_on(2)
    deployment.now += jump
    deployment.go_on(2)
    deployment.away = False
    deployment.go_on()
    assert deployment.is_over
    assert len(deployment.told) == 1


def test_an_answer_that_could_not_be_sent_for_a_day_ends_in_a_sentence(deployment: Deployment) -> None:
    deployment.outbox.fails = [Unavailable("away")] * 4
    deployment.claim()
    deployment.go_on(2)
    deployment.now = NOW + GIVE_UP_SECONDS
    deployment.go_on()
    assert deployment.told == [texts.failures.given_up(TASK.id)]
    assert deployment.is_over


def test_a_person_who_cannot_be_told_for_another_hour_is_dropped(deployment: Deployment) -> None:
    deployment.outbox.fails = [Unavailable("away")] * 1000
    deployment.claim()
    deployment.go_on(2)
    deployment.now = NOW + GIVE_UP_SECONDS
    deployment.go_on(2)
    deployment.now += LAST_TRY_SECONDS
    assert not deployment.is_over
    deployment.go_on(2)
    assert deployment.is_over


def rewritten(redis: Redis, change: Callable[[dict[str, object]], None]) -> None:
    """Change the stored task as another version of ocrbot might have written it."""
    payload = redis.get(f"ocrbot:task:{TASK.id}")
    assert isinstance(payload, bytes)
    stored = json.loads(payload)
    change(stored)
    text = re.sub(r'^\{"version": (\d+), "body": ', r'{"version":\1,"body":', json.dumps(stored, ensure_ascii=False))
    redis.set(f"ocrbot:task:{TASK.id}", text, keepttl=True)


def test_fields_of_a_later_version_are_left_aside(deployment: Deployment, redis: Redis) -> None:
    def add_fields(stored: dict[str, object]) -> None:
        body = stored["body"]
        assert isinstance(body, dict)
        body["later"] = {"a": 1}
        body["recipient"]["later"] = "b"
        body["content"]["later"] = [1]

    deployment.claim()
    redis.hset(f"ocrbot:progress:{TASK.id}", "later", "1")
    rewritten(redis, add_fields)
    deployment.go_on()
    assert deployment.is_over
    assert "你好" in deployment.told[0]
    redis.delete(f"ocrbot:progress:{TASK.id}")


def next_version(stored: dict[str, object]) -> None:
    stored["version"] = 4


def next_content(stored: dict[str, object]) -> None:
    body = stored["body"]
    assert isinstance(body, dict)
    body["content"]["kind"] = "a kind of the next version"


@pytest.mark.parametrize("change", [next_version, next_content])
def test_a_task_of_the_next_version_waits_for_a_worker_that_reads_it(
    deployment: Deployment, redis: Redis, change: Callable[[dict[str, object]], None]
) -> None:
    deployment.claim()
    kept = redis.get(f"ocrbot:task:{TASK.id}")
    assert isinstance(kept, bytes)
    rewritten(redis, change)
    deployment.go_on(20)
    assert not deployment.is_over
    assert deployment.told == []
    redis.set(f"ocrbot:task:{TASK.id}", kept, keepttl=True)  # to a worker of that version this is what it can read
    deployment.go_on()
    assert "你好" in deployment.told[0]
    assert deployment.is_over


@pytest.mark.parametrize("change", [next_version, next_content])
def test_a_task_that_nobody_can_read_in_time_ends_in_a_sentence(
    deployment: Deployment, redis: Redis, change: Callable[[dict[str, object]], None]
) -> None:
    deployment.claim()
    rewritten(redis, change)
    deployment.go_on(4)
    assert deployment.told == []
    deployment.now = NOW + READ_SECONDS + 1
    deployment.go_on()
    assert deployment.told == [texts.failures.interrupted(TASK.id)]
    assert deployment.is_over


def test_what_was_read_by_the_next_version_ends_in_a_sentence_too(deployment: Deployment, redis: Redis) -> None:
    deployment.claim()
    for index in (0, 1):
        redis.set(f"ocrbot:outcome:{TASK.id}:{index}", '{"version":9,"body":{}}', ex=100)
    deployment.go_on(4)
    assert not deployment.is_over
    deployment.now = NOW + READ_SECONDS + 1
    deployment.go_on()
    assert deployment.told == [texts.failures.interrupted(TASK.id)]
    assert deployment.is_over


def test_the_time_is_redis_own_whatever_this_machines_clock_says(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ticks = RedisClock(redis), [1000.0]
    before = clock.fresh()
    monkeypatch.setattr("time.time", lambda: before + 6 * HOUR)
    assert abs(clock.fresh() - before) < 60
    counted = RedisClock(redis, ticks=lambda: ticks[0])
    counted.ask()
    redis.connection_pool.disconnect()
    begun = counted.now()
    ticks[0] += 5.0
    assert counted.now() - begun == pytest.approx(5.0)


class KilledError(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.fixture
def with_a_bug(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment in which no answer can be composed."""

    def composed(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("workers.steps.delivery.answer_view", composed)
    deployment.claim()
    return deployment


def test_the_sentence_about_a_bug_is_sent_once_dingtalk_is_back(with_a_bug: Deployment) -> None:
    with_a_bug.outbox.fails = [Unavailable("away")] * 3
    with_a_bug.go_on()
    assert with_a_bug.told == [texts.failures.bug(TASK.id)]
    assert with_a_bug.is_over


def test_a_bug_in_an_answer_to_a_chat_that_is_gone_ends_its_task(with_a_bug: Deployment) -> None:
    with_a_bug.outbox.fails_for = {TASK.id: Refused("gone", "the chat is gone")}
    with_a_bug.go_on(2)
    assert with_a_bug.told == []
    assert with_a_bug.is_over


def test_a_sentence_about_a_bug_that_may_have_arrived_says_so_when_it_comes_again(with_a_bug: Deployment) -> None:
    with_a_bug.outbox.fails_for = {TASK.id: Unsure("no answer")}
    with_a_bug.go_on()
    first, second = with_a_bug.told
    assert first == texts.failures.bug(TASK.id)
    assert second == texts.answers.repeat_notice() + first
    assert with_a_bug.is_over


def test_a_worker_killed_after_its_sentence_about_a_bug_marks_the_next_one(
    with_a_bug: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("workers.steps.reply.close", _killed)
        with pytest.raises(KilledError):
            with_a_bug.go_on(1)
    with_a_bug.now += 30.0
    with_a_bug.go_on()
    assert with_a_bug.told[1:] == [texts.answers.repeat_notice() + texts.failures.bug(TASK.id)]
    assert with_a_bug.is_over


def _killed(*_: object, **__: object) -> None:
    raise KilledError
