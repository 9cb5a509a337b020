"""How far fetching may run ahead of reading: files that wait to be read are held in Redis meanwhile.

A task waits in the queue of fetches until readers will soon need its files. Download codes expire, though after how
long is not documented; so whatever waits to be read, a task is fetched before it is `_MOST_SECONDS` old, and sooner
if so many wait that DingTalk's limit of calls would make the last ones late.
"""

import time
from collections.abc import Callable
from typing import Final, cast

from redis import Redis

from bot.storage.jobs.signed_call import FETCH, READ
from bot.storage.keys import WAITING
from bot.storage.queue import QueueLengths, task_of
from bot.storage.rq_keys import QUEUE

_FILES_A_READER: Final = 4
_LEAST_FILES: Final = 32  # enough for readers to be busy while downloads take some hundred milliseconds
_READERS_SECONDS: Final = 10.0  # for which the number of readers is remembered
_MOST_SECONDS: Final = 180.0  # that a task waits for readers
_FETCHES_A_SECOND: Final = 10.0  # with two calls each, below DingTalk's limit of 20 calls a second


class FetchingAhead:
    """Tells whether the next fetch may begin; `clock` gives Unix seconds."""

    def __init__(self, redis: Redis, clock: Callable[[], float]) -> None:
        self._redis = redis
        self._clock = clock
        self._queue = QueueLengths(redis)
        self._most = _LEAST_FILES
        self._asked_at = 0.0
        self._sure = 0  # how many more fetches may begin without a look

    def may_begin(self, at_work: int) -> bool:
        """Return whether readers will soon need the next task's files, or they have to be fetched in any case.

        `at_work` is how many fetches have begun and not ended. Usually no round trip while few files wait, else one or
        two. Raises `RedisError`.
        """
        if self._sure:
            self._sure -= 1
            return True
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.llen(QUEUE.key(READ))
            pipe.llen(QUEUE.key(FETCH))
            pipe.lindex(QUEUE.key(FETCH), 0)
            to_read, to_fetch, first = cast("tuple[int, int, bytes | None]", pipe.execute())
        room = _LEAST_FILES - to_read - at_work
        self._sure = max(0, room // 2 - 1)
        if first is None or room > 0 or to_read + at_work < self._most_files():
            return True
        arrived = self._redis.zscore(WAITING.key(), task_of(first.decode()))
        return arrived is None or self._clock() - arrived > _MOST_SECONDS - to_fetch / _FETCHES_A_SECOND

    def _most_files(self) -> int:
        """Return how many files may wait to be read: a few for each reader of all workers."""
        if time.monotonic() > self._asked_at + _READERS_SECONDS:
            self._most = max(_LEAST_FILES, _FILES_A_READER * self._queue.readers())
            self._asked_at = time.monotonic()
        return self._most
