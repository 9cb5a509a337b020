"""Whether there is room for another message with files: people are told before it is taken, not after it is lost."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.domain import texts
from bot.domain.task import Say, Task

_LOOK_SECONDS: Final = 5.0  # between two looks at Redis' memory
_SHARE: Final = 8  # a person's open messages are counted in Redis after this share of the most

_log = structlog.get_logger("ocrbot.intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageLimits:
    """What may wait: bytes of Redis' memory in all, open messages with files of one person; 0 for no limit."""

    memory_bytes: int
    messages_of_person: int


class StorageRoom:
    """Tells people that there is no room. `memory` returns Redis' bytes and its own limit, 0 for none.

    `open_of` returns how many messages of a person are open, `files_full` whether files are kept outside Redis, where
    there is no room for more.
    """

    def __init__(
        self,
        limits: StorageLimits,
        memory: Callable[[], tuple[int, int]],
        open_of: Callable[[str], int],
        files_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._limits = limits
        self._memory = memory
        self._open_of = open_of
        self._files_full = files_full
        self._full = False
        self._seen: Counter[str] = Counter()  # messages of each person since they were counted in Redis

    async def run(self) -> None:
        """Look at Redis' memory until cancelled; while Redis is away, nothing is taken anyway."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except RedisError as error:
                _log.warning("the memory of redis is not known", error=str(error))
            await asyncio.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Look at Redis' memory: a quarter of its own limit is kept free for what was taken before."""
        used, own_limit = self._memory()
        limits = [limit for limit in (self._limits.memory_bytes, own_limit * 3 // 4) if limit]
        files_full = self._files_full()
        full = files_full or (bool(limits) and used >= min(limits))
        if full != self._full:
            event = "no room for files" if full else "there is room for files again"
            _log.warning(event, used=used, limits=limits, files_full=files_full)
        self._full = full

    @property
    def is_full(self) -> bool:
        """Whether there was no room for another file at the last look."""
        return self._full

    async def admitted(self, task: Task) -> Task:
        """Return the task, or one that tells the person that there is no room for its files now."""
        if not task.attachments:
            return task
        if self._full:
            return _telling(task, texts.waiting.no_room())
        open_messages = await self._too_many_of(task.recipient.person)
        return _telling(task, texts.waiting.too_many_open(open_messages)) if open_messages else task

    async def _too_many_of(self, person: str) -> int:
        """Return how many open messages a person has if these are the most that one may have, else 0."""
        most = self._limits.messages_of_person
        self._seen[person] += 1
        if not person or not most or self._seen[person] < max(1, most // _SHARE):
            return 0
        try:
            open_messages = await asyncio.to_thread(self._open_of, person)
        except RedisError:
            return 0  # claiming the message waits for Redis
        if open_messages >= most:
            return open_messages
        del self._seen[person]
        return 0


def _telling(task: Task, sentence: str) -> Task:
    _log.warning("message not taken: no room", task=task.id, person_has_most=sentence != texts.waiting.no_room())
    return replace(task, content=Say(text=sentence), burst_part=None)
