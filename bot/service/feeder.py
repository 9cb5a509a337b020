"""Lets the requests of API clients take turns: those whose turn it is become open tasks, a few at a time.

A request waits in its client's line until then, so that ten thousand of them are no more in the way of a message in a
chat, or of another client, than those few. Several feeders may run. One that is killed loses nothing: what it had taken
counts as begun, and is claimed by the next look of any feeder. Without a feeder, what is begun is read and ended, and
the others wait.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.domain import texts
from bot.domain.errors import Undecodable
from bot.domain.requests.record import RequestEnd, RequestState
from bot.domain.requests.webhook_calls import NO_WEBHOOK_CALLS, WebhookCalls
from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.requests.turns_of_clients import BegunRequest
from bot.storage.store import Store

_FEED_SECONDS: Final = 0.1  # between two looks while a request waits for its turn
_IDLE_SECONDS: Final = 1.0  # while none does: who accepts one wakes the feeder of its own process
_LOOK_SECONDS: Final = 10.0  # between two looks at those that are begun
_LOST_SECONDS: Final = 15.0  # after which a request that was taken is claimed, or was lost
_FORGET_SECONDS: Final = 30.0
_READERS_SECONDS: Final = 5.0  # for which the number of readers is remembered
_LEAST_AT_ONCE: Final = 2  # while one is fetched or ended, another is read
_FAILED_KEPT_SECONDS: Final = 24 * 3600  # where nobody can tell how long the client wants it kept

_log = structlog.get_logger("ocrbot.requests")


class Feeder:
    """Feeds the workers with requests; `clock` gives Unix seconds.

    As many as `at_once` are begun at a time; with 0 as many as all workers read side by side, none while there are no
    workers.
    """

    def __init__(
        self,
        store: Store,
        queue: TaskQueue,
        clock: Callable[[], float],
        *,
        at_once: int = 0,
        webhooks: WebhookCalls = NO_WEBHOOK_CALLS,
    ) -> None:
        self._store = store
        self._requests = store.requests
        self._queue = queue
        self._clock = clock
        self._at_once = at_once
        self._webhooks = webhooks
        self._readers = 0
        self._readers_at = -_READERS_SECONDS
        self._looked_at = -_LOOK_SECONDS
        self._forgot_at = -_FORGET_SECONDS
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Feed until cancelled; while Redis is away, keep trying."""
        while True:
            pause = _IDLE_SECONDS
            try:
                pause = await asyncio.to_thread(self.step)
            except RedisError as error:
                _log.error("redis unavailable", error=str(error))
                await asyncio.sleep(1.0)
            try:
                await asyncio.wait_for(self._woken.wait(), pause)
            except TimeoutError:
                continue
            self._woken.clear()

    def wake(self) -> None:
        """Feed now: a request was accepted. For the event loop's thread."""
        self._woken.set()

    def step(self) -> float:
        """Feed, and from time to time look after what is begun, and forget what is over.

        Return after how many seconds to do it again.
        """
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            self.look_after()
        if now - self._forgot_at >= _FORGET_SECONDS:
            self._forgot_at = now
            self._requests.forget(now=self._clock())
        return _FEED_SECONDS if self.feed() or self._requests.turns.any_waiting() else _IDLE_SECONDS

    def feed(self) -> int:
        """Make open tasks of those whose turn it is; return how many were taken."""
        most = self._most()
        if most <= 0:
            return 0
        now = self._clock()
        taken = self._requests.turns.take(most=most, now=now)
        self._claim([(request.id, request.payload) for request in taken], now)
        return len(taken)

    def _most(self) -> int:
        if self._at_once:
            return self._at_once
        if time.monotonic() - self._readers_at >= _READERS_SECONDS:
            self._readers, self._readers_at = self._queue.readers(), time.monotonic()
        return max(_LEAST_AT_ONCE, self._readers) if self._readers else 0

    def _claim(self, requests: Sequence[tuple[str, bytes]], now: float) -> None:
        """Claim the tasks of requests and start them, also those that were claimed a moment ago by another."""
        tasks = [task for request_id, payload in requests if (task := self._task(request_id, payload, now)) is not None]
        if tasks:
            self._store.claim(tasks, now=now)
            self._queue.start([(task.id, task.fetches) for task in tasks])

    def _task(self, request_id: str, payload: bytes, now: float) -> Task | None:
        """Return a request's task, as if it had been received now; None if there is none to claim."""
        if not payload:
            self._fail(request_id)
            return None
        try:
            return self._requests.decoded(payload, received_at=now)
        except Undecodable as error:  # left to another version of ocrbot
            _log.error("request unreadable: another version of ocrbot may read it", task=request_id, error=str(error))
            return None

    def look_after(self) -> None:
        """Claim what was taken by a feeder that was killed since, and end what was given up."""
        now = self._clock()
        begun = self._requests.turns.begun(before=now - _LOST_SECONDS)
        lost = [one for one in begun if one.is_known and not one.is_open]
        for one in lost:
            if one.was_claimed:
                self._fail(one.id)
        self._claim([(one.id, one.payload) for one in lost if not one.was_claimed], now)
        self._requests.turns.leave([one.id for one in begun if _is_over(one)])

    def _fail(self, request_id: str) -> None:
        """End a request whose task is gone: it was given up, or somebody deleted it."""
        record = self._requests.course.record(request_id)
        if record is None:
            return
        end = RequestEnd(
            state=RequestState.FAILED,
            at=self._clock(),
            reason="interrupted",
            sentence=texts.failures.interrupted(request_id),
        )
        self._requests.course.end(request_id, record.client, end, keep_seconds=_FAILED_KEPT_SECONDS, files=0)
        _log.error("request given up", task=request_id, client=record.client)
        ended = self._requests.course.record(request_id)
        if ended is not None and ended.webhook:
            self._webhooks.enqueue(ended)


def _is_over(one: BegunRequest) -> bool:
    return not one.is_known and not one.is_open
