"""How far fetching may run ahead of reading: files that wait to be read are held in Redis meanwhile.

What expires: a download code, which DingTalk calls temporary without saying for how long; while it lives it can be
exchanged again. The address that it is exchanged for expires too, but is used at once. So the rule is, in this order:

1. As many files wait as readers will soon need: the next task is fetched whatever else is short.
2. Beyond that, nothing is fetched while Redis holds more than half of the memory that it may use (its `maxmemory`, else
   the machine's): where Redis is full, no message is taken and no answer sent, which is worse than a code that has
   expired, for whose picture a sentence asks again.
3. A task whose files need no engine, by their names, is fetched at once: it is read before the others.
4. Otherwise a task is fetched before it is `_MOST_SECONDS` old, and sooner if so many wait that the last ones would be
   late; but no more than `_FETCHES_A_SECOND` by each worker, for reading uses the same cores.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from redis import Redis

from bot.storage.jobs.signed_call import FETCH, READ
from bot.storage.keys.rq import QUEUE
from bot.storage.keys.tasks import WAITING
from bot.storage.queue import QueueLengths, task_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES_A_READER: Final = 4
_LEAST_FILES: Final = 32  # enough for readers to be busy while downloads take some hundred milliseconds
_READERS_SECONDS: Final = 10.0  # for which the number of readers is remembered
_MOST_SECONDS: Final = 180.0  # that a task waits for readers
_FETCHES_A_SECOND: Final = 10.0
_AHEAD_AT_ONCE: Final = 2  # fetches at that pace
_MEMORY_SHARE: Final = 0.5  # that may be in use when files are fetched before readers need them
_MEMORY_SECONDS: Final = 1.0  # for which it is remembered


class FetchingAhead:
    """Tells whether the next fetch may begin; `clock` gives Unix seconds.

    `memory_share` is how much of Redis' memory may be in use by then.
    """

    def __init__(self, redis: Redis, clock: Callable[[], float], *, memory_share: float = _MEMORY_SHARE) -> None:
        self._redis = redis
        self._clock = clock
        self._queue = QueueLengths(redis)
        self._most = _LEAST_FILES
        self._asked_at = 0.0
        self._sure = 0  # how many more fetches may begin without a look
        self._memory_share = memory_share
        self._ahead_at = 0.0
        self._has_memory = True
        self._memory_at = 0.0

    def may_begin(self, at_work: int) -> bool:
        """Return whether readers will soon need the next task's files, or they have to be fetched in any case.

        `at_work` is how many fetches have begun and not ended. Usually no round trip while few files wait, else up to
        three. Raises `RedisError`.
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
        if not self._memory_left():
            return False
        return self._queue.goes_first(FETCH) or self._would_be_late(first, to_fetch)

    def _would_be_late(self, first: bytes, to_fetch: int) -> bool:
        """Return whether the next task, or the last of those that wait, would be fetched late, at the pace for it."""
        if time.monotonic() < self._ahead_at:
            return False
        arrived = self._redis.zscore(WAITING.key(), task_of(first.decode()))
        if arrived is not None and self._clock() - arrived <= _MOST_SECONDS - to_fetch / _FETCHES_A_SECOND:
            return False
        self._ahead_at = time.monotonic() + _AHEAD_AT_ONCE / _FETCHES_A_SECOND
        self._sure = _AHEAD_AT_ONCE - 1
        return True

    def _memory_left(self) -> bool:
        """Return whether Redis uses less than its share of the memory; True if it does not say how much there is."""
        if time.monotonic() > self._memory_at + _MEMORY_SECONDS:
            found = cast("Mapping[str, Any]", self._redis.info("memory"))
            most = int(found.get("maxmemory", 0)) or int(found.get("total_system_memory", 0))
            self._has_memory = not most or int(found["used_memory"]) < self._memory_share * most
            self._memory_at = time.monotonic()
        return self._has_memory

    def _most_files(self) -> int:
        """Return how many files may wait to be read: a few for each reader of all workers."""
        if time.monotonic() > self._asked_at + _READERS_SECONDS:
            self._most = max(_LEAST_FILES, _FILES_A_READER * self._queue.readers())
            self._asked_at = time.monotonic()
        return self._most
