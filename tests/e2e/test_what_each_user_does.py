"""What the bot, the API and a worker do in Redis seldom, each as its user of `deploy/redis/users.acl`."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.domain.document import Failure
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.requests.record import RequestEnd, RequestFilter, RequestState
from bot.domain.task import GIVE_UP_SECONDS, LAST_TRY_SECONDS, READ_SECONDS, Command, RunCommand, Task
from bot.service.sweeper import Sweeper
from bot.storage.connection import connect
from bot.storage.daily_counts import DailyCounts
from bot.storage.house.house_reader import HouseReader, HouseSettings, WatchedBudget
from bot.storage.jobs.backlog import BacklogReader
from bot.storage.jobs.job_states import JobStates
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.ledger import Closing
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.storage.unpacking import FilePlace
from tests.e2e.deployment import as_user, client, refusals
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import TEXT, feed, send
from tests.fakes.tasks import reading, reading_task

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
NOW = 1_795_320_000.0
FILES = (Attachment(download_code="a", name="1.png"), Attachment(download_code="b", name="2.png"))
TASK = reading_task(
    id="one",
    received_at=NOW,
    recipient=DingTalkConversation(
        robot_code="app", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="s", nick="张三"
    ),
    prompt=TEXT,
    attachments=FILES,
)


@pytest.fixture(autouse=True)
def nobody_is_refused(guarded: LocalRedis) -> Iterator[None]:
    yield
    with client(guarded, "operator") as operator:
        assert refusals(operator) == []


def connected(guarded: LocalRedis, user: str) -> Redis:
    settings = as_user(user, guarded)
    return connect(settings["OCRBOT_REDIS__URL"], password=settings["OCRBOT_REDIS__PASSWORD"])


class House:
    """What a process with a sweeper does, as a user of Redis."""

    def __init__(self, redis: Redis) -> None:
        self.now = NOW
        self.store, self.queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
        self.sweeper = Sweeper(self.store, self.queue, JobStates(redis), lambda: self.now, "s")

    def claim(self, task: Task = TASK) -> None:
        self.store.claim([task], now=self.now)

    def sweep_after(self, seconds: float) -> None:
        self.now += seconds
        self.sweeper.sweep()


@pytest.fixture(params=["bot", "api"])
def house(guarded: LocalRedis, request: pytest.FixtureRequest) -> House:
    return House(connected(guarded, request.param))


def test_a_task_is_started_over_late_and_given_up_with_its_files(house: House, guarded: LocalRedis) -> None:
    worker = Store(connected(guarded, "worker"))
    house.claim()
    for index in range(2):
        worker.put_file(TASK.id, index, b"bytes")
    worker.put_outcome(TASK.id, 0, Failure(reason="broken", text="坏了"))
    house.sweep_after(20)
    house.sweep_after(READ_SECONDS)
    house.sweep_after(GIVE_UP_SECONDS)
    house.sweep_after(LAST_TRY_SECONDS + 60)
    assert house.store.open_tasks() == 0
    with client(guarded, "operator") as operator:
        assert operator.keys("ocrbot:file:*") + operator.keys("ocrbot:outcome:*") == []


def test_a_task_that_nobody_can_read_is_given_up(house: House, guarded: LocalRedis) -> None:
    house.claim()
    with client(guarded, "operator") as operator:
        operator.set(f"ocrbot:task:{TASK.id}", b"nonsense")
    house.sweep_after(20)
    assert house.store.open_tasks() == 0


def test_a_command_and_what_it_cancels_are_swept_too(house: House) -> None:
    house.claim()
    house.claim(Task(id="two", received_at=NOW, recipient=TASK.recipient, content=RunCommand(command=Command.CANCEL)))
    house.sweep_after(20)
    assert house.store.open_tasks() == 2


def test_what_operators_see_is_read(guarded: LocalRedis) -> None:
    with connected(guarded, "bot") as redis:
        BacklogReader(redis).now()
    with connected(guarded, "api") as redis:
        budget = WatchedBudget(name="webhook", key="webhook:robot", limit=20, seconds=62.0)
        settings = HouseSettings(
            engine="rapid", engine_kind="rapid", engine_urls=("http://e",), most_bytes=1, budgets=(budget,)
        )
        assert HouseReader(redis, settings, list).now().open_tasks == 0
        assert DailyCounts(redis).recent(NOW, 7).messages == 0


@pytest.mark.parametrize("key", ["", "k"])
def test_a_request_is_accepted_read_listed_exported_and_deleted(guarded: LocalRedis, key: str) -> None:
    redis = connected(guarded, "api")
    store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
    webhooks = WebhookQueue(events=store.webhook_events, jobs=queue, clock=lambda: NOW)
    ids = [send(store, now=NOW, idempotency_key=key and f"{key}{n}", webhook="books").id for n in range(3)]
    feed(store, queue, now=NOW, at_once=1)
    worker = Store(connected(guarded, "worker"))
    worker.put_outcome(ids[0], 0, Failure(reason="broken", text="坏了"))
    begun, waiting = (store.requests.record("erp", one) for one in ids[:2])
    assert begun is not None
    assert waiting is not None
    assert store.requests.outcomes(ids[0])
    assert store.requests.ahead(waiting) >= 0
    assert store.requests.listed("erp", RequestFilter(state=RequestState.QUEUED)).records
    end = RequestEnd(state=RequestState.FAILED, at=NOW)
    assert store.requests.course.end(ids[0], "erp", end, keep_seconds=60, files=1)
    webhooks.enqueue(replace(begun, state=RequestState.FAILED))
    webhooks.start_lost_over()
    assert [store.requests.delete("erp", one, now=NOW) for one in ids] == [True] * 3
    assert store.requests.forget(now=NOW + 1e7) == 0
    assert store.requests.listed(None, RequestFilter()).records == ()


def test_a_worker_replaces_an_archive_by_its_files(guarded: LocalRedis) -> None:
    worker = Store(connected(guarded, "worker"))
    archive = reading(TASK, attachments=FILES[:1])
    worker.claim([archive], now=NOW)
    worker.put_file(TASK.id, 0, b"PK")
    for member in range(2):
        worker.unpacking.stage(TASK.id, FilePlace(index=0, member=member), b"one", seconds=60)
    assert worker.unpacking.replace(archive, TASK, [FilePlace(index=0, member=0), FilePlace(index=0, member=1)])
    assert worker.file(TASK.id, 1) == b"one"
    assert worker.close(TASK.id, 2, Closing(now=NOW, person="p", remember_seconds=60, answered=True))
