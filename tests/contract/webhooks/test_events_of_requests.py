"""The event of a request is there once the request has ended, and none of one that was deleted."""

from dataclasses import dataclass, field

import pytest
from redis import Redis

from bot.domain.requests.record import RequestEnd, RequestRecord, RequestState
from bot.service.feeder import Feeder
from bot.service.webhook_watch import WebhookWatch
from bot.storage.jobs.signed_call import WEBHOOK
from bot.storage.jobs.webhook_events import LOST_SECONDS
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.queue import TaskQueue
from bot.storage.requests.request_keys import DUE_EVENTS, EVENT
from bot.storage.store import Store
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import feed, send

NOW = 1_790_000_000.0


class KilledError(BaseException):
    """Stands for kill -9: nothing catches it."""


class Killed:
    """A process that dies when it is to have a webhook called."""

    def enqueue(self, _record: RequestRecord) -> None:
        raise KilledError


@dataclass
class Requests:
    """Requests of a client that is to be told of them, and what has them told; `now` is their time."""

    redis: Redis
    now: float = NOW
    store: Store = field(init=False)
    queue: TaskQueue = field(init=False)
    webhooks: WebhookQueue = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.queue = Store(self.redis), TaskQueue(self.redis, JOB_SIGNER)
        self.webhooks = WebhookQueue(events=self.store.webhook_events, jobs=self.queue, clock=lambda: self.now)

    def send(self) -> str:
        return send(self.store, now=self.now, webhook="books").id

    def end(self, request_id: str) -> RequestRecord:
        end = RequestEnd(state=RequestState.DONE, at=self.now)
        self.store.requests.course.end(request_id, "erp", end, keep_seconds=3600, files=1)
        record = self.store.requests.record("erp", request_id)
        assert record is not None
        return record

    async def calls(self) -> int:
        """How many calls of webhooks wait after a while."""
        self.now += LOST_SECONDS + 1
        await WebhookWatch(self.webhooks).look()
        return self.queue.waiting()[WEBHOOK]


@pytest.fixture
def requests(redis: Redis) -> Requests:
    return Requests(redis)


async def test_a_client_is_told_although_who_ended_its_request_was_killed_at_once(requests: Requests) -> None:
    request_id = requests.send()
    feed(requests.store, requests.queue, now=NOW)
    requests.store.close(request_id, 1)  # it is given up
    requests.now += 60
    with pytest.raises(KilledError):
        Feeder(requests.store, requests.queue, lambda: requests.now, at_once=10, webhooks=Killed()).look_after()
    Feeder(requests.store, requests.queue, lambda: requests.now, at_once=10, webhooks=requests.webhooks).look_after()
    assert await requests.calls() == 1
    assert requests.redis.hget(EVENT.key(f"{request_id}-failed"), "webhook") == b"books"


async def test_nobody_is_told_of_what_was_deleted_a_moment_before(requests: Requests) -> None:
    record = requests.end(requests.send())
    requests.store.requests.delete("erp", record.id, now=NOW)
    requests.webhooks.enqueue(record)
    assert await requests.calls() == 0
    assert not requests.redis.exists(EVENT.key(f"{record.id}-done"), DUE_EVENTS.key())


async def test_an_end_that_another_release_has_noted_is_told_when_it_is_repeated(requests: Requests) -> None:
    request_id = requests.send()
    requests.end(request_id)
    requests.store.webhook_events.forget(request_id)  # as if it had not been added yet
    requests.end(request_id)
    assert await requests.calls() == 1
    requests.store.webhook_events.delivered(f"{request_id}-done")
    requests.end(request_id)
    assert not requests.redis.exists(DUE_EVENTS.key())


def test_a_call_that_is_under_way_when_the_request_is_deleted_leaves_nothing(requests: Requests) -> None:
    record = requests.end(requests.send())
    events, event_id = requests.store.webhook_events, f"{record.id}-done"
    event = events.pending(event_id, 0)
    assert event is not None
    requests.store.requests.delete("erp", record.id, now=NOW)
    events.count_try(event_id)
    events.expect(event_id, by=NOW + 60)
    events.delivered(event_id)
    events.give_up(event, "HTTP 500")
    assert not requests.redis.exists(EVENT.key(event_id), DUE_EVENTS.key())
    assert events.given_up() == []
