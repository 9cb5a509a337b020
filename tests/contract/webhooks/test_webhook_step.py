"""Events on their way to a client's server: at least once, with pauses, for a day, whatever is lost meanwhile."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from redis import Redis
from rq import Retry
from standardwebhooks.webhooks import Webhook

from bot.domain.requests.record import RequestState
from bot.domain.requests.submission import RequestKind
from bot.domain.webhooks.calling import WebhookAddress
from bot.domain.webhooks.event import WebhookEvent
from bot.domain.webhooks.signature import secret_of
from bot.service.webhook_watch import WebhookWatch
from bot.storage.jobs.signed_call import WEBHOOK
from bot.storage.jobs.webhook_events import LOST_SECONDS, GivenUp
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.keys.rq import JOB, QUEUE
from bot.storage.queue import pause_of
from bot.storage.requests.request_keys import EVENT
from bot.webhooks.addresses import internal_hosts
from bot.webhooks.sending import WebhookSender
from tests.fakes.fake_steps import parts_on
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import put_ended
from tests.fakes.webhook_receiver import WebhookReceiver, receiving
from workers import jobs
from workers.jobs import STEPS
from workers.rq_worker.signed_job import taken_job
from workers.steps.webhook import CallsAtOnce, WebhookParts

NOW = 1_790_000_000.0
DAY = 24 * 3600.0
SECRET = secret_of(bytes(range(32)))
DONE = WebhookEvent(
    request="0123456789abcdef0123456789abcdef",
    kind=RequestKind.DOCUMENT,
    status=RequestState.DONE,
    reference="PO-7",
    ended_at=NOW,
    client="erp",
    webhook="books",
)


@dataclass
class Deliveries:
    """A worker's `webhook` step and the watch of the bot, on one Redis; `now` is their time."""

    redis: Redis
    receiver: WebhookReceiver
    now: float = NOW
    counts: list[str] = field(default_factory=list)
    told: list[GivenUp] = field(default_factory=list)
    has_webhook: bool = True

    def __post_init__(self) -> None:
        parts = parts_on(self.redis, clock=lambda: self.now)
        put_ended(self.redis, DONE.request)
        self.webhooks = WebhookQueue(events=parts.store.webhook_events, jobs=parts.queue, clock=lambda: self.now)
        call = WebhookSender(internal_hosts(["127.0.0.1"]), clock=time.time, seconds=2.0)
        called = WebhookParts(find=self._find, call=call, count=self.counts.append)
        STEPS.set(replace(parts, webhook_parts=called).steps)
        self.watch = WebhookWatch(self.webhooks, self._tell)

    def _find(self, client: str, webhook: str) -> WebhookAddress | None:
        known = self.has_webhook and (client, webhook) == ("erp", "books")
        return WebhookAddress(url=self.receiver.url, secrets=SECRET) if known else None

    async def _tell(self, given_up: GivenUp) -> None:
        self.told.append(given_up)

    def waiting(self) -> list[str]:
        return [job.decode() for job in self.redis.lrange(QUEUE.key(WEBHOOK), 0, -1)]  # type: ignore[union-attr]

    def work(self) -> list[float]:
        """Run the jobs that wait; return the pauses of those that are put off, which wait again."""
        pauses = []
        for job in self.waiting():
            self.redis.lpop(QUEUE.key(WEBHOOK))
            taken = taken_job(self.redis, WEBHOOK, job.encode(), JOB_SIGNER, {WEBHOOK: jobs.webhook})
            value = taken.perform() if taken is not None else None
            if isinstance(value, Retry):
                pauses.append(pause_of(value))
                self.redis.rpush(QUEUE.key(WEBHOOK), job)
            else:
                self.redis.delete(JOB.key(job))
        return pauses

    def lose_jobs(self) -> None:
        """Lose all jobs, as when Redis forgets them or workers die again and again with them."""
        for job in self.waiting():
            self.redis.delete(JOB.key(job))
        self.redis.delete(QUEUE.key(WEBHOOK))


@pytest.fixture
def deliveries(redis: Redis, tmp_path: Path) -> Iterator[Deliveries]:
    with receiving(tmp_path / "receiver") as receiver:
        yield Deliveries(redis, receiver)


def test_an_event_arrives_once_and_nothing_of_it_is_left_to_do(deliveries: Deliveries) -> None:
    deliveries.webhooks.enqueue_event(DONE)
    assert deliveries.work() == []
    (request,) = deliveries.receiver.requests()
    assert request["headers"]["webhook-id"] == DONE.id
    assert request["body"] == DONE.body().decode()
    assert (deliveries.waiting(), deliveries.counts) == ([], ["taken"])


def test_the_published_library_verifies_what_arrives(deliveries: Deliveries) -> None:
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.work()
    (request,) = deliveries.receiver.requests()
    assert Webhook(SECRET).verify(request["body"], request["headers"])["data"]["reference"] == "PO-7"


def test_a_request_that_ends_twice_is_told_once(deliveries: Deliveries) -> None:
    for _ in range(2):
        deliveries.webhooks.enqueue_event(DONE)
        deliveries.work()
    assert deliveries.receiver.ids() == [DONE.id]


def test_it_is_tried_again_with_growing_pauses_and_the_same_id(deliveries: Deliveries) -> None:
    deliveries.receiver.behave("500")
    deliveries.webhooks.enqueue_event(DONE)
    pauses = [deliveries.work()[0] for _ in range(5)]
    for pause, least in zip(pauses, (5, 30, 120, 600, 1800), strict=True):
        assert least <= pause <= least * 1.2
    deliveries.receiver.behave("200")
    assert deliveries.work() == []
    assert deliveries.receiver.ids() == [DONE.id] * 6
    assert deliveries.counts == ["failed"] * 5 + ["taken"]


@pytest.mark.parametrize(("header", "least", "most"), [("40", 40, 48), ("0", 1, 2), ("999999", 5400, 6480)])
def test_the_receiver_may_ask_for_time_within_bounds(
    deliveries: Deliveries, header: str, least: float, most: float
) -> None:
    deliveries.receiver.behave(f"503 {header}")
    deliveries.webhooks.enqueue_event(DONE)
    (pause,) = deliveries.work()
    assert least <= pause <= most


def test_a_receiver_that_is_killed_and_begun_again_gets_it(deliveries: Deliveries) -> None:
    deliveries.receiver.kill()
    deliveries.webhooks.enqueue_event(DONE)
    assert len(deliveries.work()) == 1
    deliveries.receiver.start()
    assert deliveries.work() == []
    assert deliveries.receiver.ids() == [DONE.id]


def test_one_that_takes_it_but_is_killed_before_it_says_so_gets_it_again(deliveries: Deliveries) -> None:
    deliveries.receiver.behave("hang")
    deliveries.webhooks.enqueue_event(DONE)
    assert len(deliveries.work()) == 1
    deliveries.receiver.kill()
    deliveries.receiver.behave("204")
    deliveries.receiver.start()
    assert deliveries.work() == []
    assert deliveries.receiver.ids() == [DONE.id] * 2


async def test_after_a_day_it_is_given_up_and_admins_are_told(deliveries: Deliveries) -> None:
    deliveries.receiver.behave("500")
    deliveries.webhooks.enqueue_event(DONE)
    tries = 0
    while pauses := deliveries.work():
        tries += 1
        deliveries.now += pauses[0]
    assert DAY - 6500 < deliveries.now - NOW <= DAY
    assert 15 < tries < 30
    assert deliveries.counts[-1] == "given_up"
    await deliveries.watch.look()
    await deliveries.watch.look()
    assert deliveries.told == [GivenUp(client="erp", webhook="books", events=1, said="HTTP 500")]


async def test_a_410_ends_it(deliveries: Deliveries) -> None:
    deliveries.receiver.behave("410")
    deliveries.webhooks.enqueue_event(DONE)
    assert deliveries.work() == []
    await deliveries.watch.look()
    assert [one.said for one in deliveries.told] == ["HTTP 410"]


def test_a_webhook_that_is_gone_for_a_while_is_waited_for(deliveries: Deliveries) -> None:
    deliveries.has_webhook = False
    deliveries.webhooks.enqueue_event(DONE)
    assert len(deliveries.work()) == 1
    deliveries.has_webhook = True
    deliveries.work()
    assert deliveries.receiver.ids() == [DONE.id]


async def test_a_lost_job_is_started_over(deliveries: Deliveries) -> None:
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.lose_jobs()
    await deliveries.watch.look()
    assert deliveries.waiting() == []
    deliveries.now += LOST_SECONDS + 1
    await deliveries.watch.look()
    deliveries.work()
    assert deliveries.receiver.ids() == [DONE.id]


async def test_one_that_is_lost_between_two_tries_is_started_over_after_the_pause(deliveries: Deliveries) -> None:
    deliveries.receiver.behave("503 3600")
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.work()
    deliveries.lose_jobs()
    deliveries.receiver.behave("204")
    deliveries.now += 3600
    await deliveries.watch.look()
    assert deliveries.waiting() == []
    deliveries.now += 1000
    await deliveries.watch.look()
    deliveries.work()
    assert deliveries.receiver.ids() == [DONE.id] * 2


async def test_a_job_that_was_only_late_does_nothing_once_another_has_taken_over(deliveries: Deliveries) -> None:
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.now += LOST_SECONDS + 1
    await deliveries.watch.look()
    assert len(deliveries.waiting()) == 2
    assert deliveries.work() == []
    assert deliveries.receiver.ids() == [DONE.id]


async def test_an_event_that_was_stored_before_its_process_died_is_sent(deliveries: Deliveries) -> None:
    deliveries.webhooks.events.add(DONE, now=NOW)
    deliveries.now += LOST_SECONDS + 1
    await deliveries.watch.look()
    deliveries.work()
    assert deliveries.receiver.ids() == [DONE.id]


async def test_a_request_that_is_deleted_is_not_told(deliveries: Deliveries) -> None:
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.webhooks.events.forget(DONE.request)
    assert deliveries.work() == []
    deliveries.now += LOST_SECONDS + 1
    await deliveries.watch.look()
    assert (deliveries.waiting(), deliveries.receiver.requests()) == ([], [])


def test_neither_secret_nor_address_is_in_redis(deliveries: Deliveries, redis: Redis) -> None:
    deliveries.receiver.behave("500")
    deliveries.webhooks.enqueue_event(DONE)
    deliveries.work()
    kept = repr(redis.hgetall(EVENT.key(DONE.id))) + repr([redis.hgetall(JOB.key(job)) for job in deliveries.waiting()])
    assert SECRET not in kept
    assert str(deliveries.receiver.port) not in kept


def test_calls_of_one_webhook_leave_room_for_those_of_others() -> None:
    at_once = CallsAtOnce(most=2)
    with ExitStack() as calls:
        places = [calls.enter_context(at_once.place("erp", "books")) for _ in range(3)]
        places.append(calls.enter_context(at_once.place("scan", "books")))
    assert places == [True, True, False, True]
    with at_once.place("erp", "books") as later:
        assert later
