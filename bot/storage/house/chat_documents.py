"""What people post in chats, for as long as it is kept for them anyway: while it is read, then for their questions.

Nothing is stored for this: open tasks are found by the line of what is read, answered ones by their own keys.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis

from bot.domain.document import Outcome
from bot.domain.errors import Undecodable
from bot.domain.message import DingTalkConversation
from bot.domain.task import Read, Task
from bot.storage.files_and_outcomes import FilesAndOutcomes
from bot.storage.keys.tasks import EARLIER_TASK, FILE, TASK, WAITING
from bot.storage.task_payloads import TaskPayloads

# As `task_id` makes them of messages; requests of the API have longer ones.
_ID: Final = re.compile(r"[0-9a-f]{20}")
_ANSWERED: Final = f"{EARLIER_TASK.prefix}{'?' * 20}"
_MOST_OPEN: Final = 1000
_KEYS_A_STEP: Final = 2000  # that Redis looks at for one step of SCAN
_MOST_STEPS: Final = 500  # a million keys


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPosting:
    """A message from a chat that brought files, and what has been read of each; None for those still open."""

    task: Task
    outcomes: tuple[Outcome | None, ...]
    keep_seconds: int | None  # from now; None while it is open

    @property
    def is_open(self) -> bool:
        """Whether it has no answer yet."""
        return self.keep_seconds is None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPostings:
    """The latest postings, and how many more there are."""

    postings: tuple[ChatPosting, ...]
    more: int


class ChatDocuments:
    """Finds postings in Redis."""

    def __init__(self, redis: Redis, payloads: TaskPayloads, files: FilesAndOutcomes) -> None:
        self._redis = redis
        self._payloads = payloads
        self._files = files

    def latest(self, limit: int) -> FoundPostings:
        """Return the latest postings: the open ones, then those that were answered last."""
        chosen = list(dict.fromkeys((*self._open_ids(), *self._answered_ids())))
        found = [posting for posting in self._postings(chosen[:limit]) if posting is not None]
        return FoundPostings(postings=tuple(found), more=max(0, len(chosen) - limit))

    def posting(self, task_id: str) -> ChatPosting | None:
        """Return the posting of this id, None if there is none, or if it is no longer kept."""
        return self._postings([task_id])[0] if _ID.fullmatch(task_id) else None

    def file(self, posting: ChatPosting, index: int) -> bytes | None:
        """Return a file as it was posted, None if it is not kept; raises as `FileStore.get` does."""
        return self._files.file(posting.task.id, index)

    def is_kept(self, posting: ChatPosting, index: int) -> bool:
        """Return whether a file's bytes are still there."""
        return bool(self._redis.exists(FILE.key(posting.task.id, index)))

    def _open_ids(self) -> list[str]:
        ids = cast("list[bytes]", self._redis.zrevrange(WAITING.key(), 0, _MOST_OPEN - 1))
        return [name for name in map(bytes.decode, ids) if _ID.fullmatch(name)]

    def _answered_ids(self) -> list[str]:
        """Return the ids of answered tasks, the one that is kept longest first."""
        ids = list(dict.fromkeys(self._scanned()))
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id in ids:
                pipe.pttl(EARLIER_TASK.key(task_id))
            left = dict(zip(ids, cast("list[int]", pipe.execute()), strict=True))
        return sorted((task_id for task_id in ids if left[task_id] > 0), key=lambda task_id: -left[task_id])

    def _scanned(self) -> Iterator[str]:
        cursor = 0
        for _ in range(_MOST_STEPS):
            found = self._redis.scan(cursor, match=_ANSWERED, count=_KEYS_A_STEP)
            cursor, keys = cast("tuple[int, list[bytes]]", found)
            names = (key.decode().removeprefix(EARLIER_TASK.prefix) for key in keys)
            yield from (name for name in names if _ID.fullmatch(name))
            if not cursor:
                return

    def _postings(self, ids: Sequence[str]) -> list[ChatPosting | None]:
        with self._redis.pipeline(transaction=False) as pipe:
            for task_id in ids:
                pipe.get(TASK.key(task_id))
                pipe.get(EARLIER_TASK.key(task_id))
                pipe.pttl(EARLIER_TASK.key(task_id))
            found = pipe.execute()
        tasks: dict[str, Task] = {}
        keep: dict[str, int | None] = {}
        for task_id, open_, answered, left in zip(ids, found[::3], found[1::3], found[2::3], strict=True):
            task = self._posted(open_ if open_ is not None else answered)
            if task is not None:
                tasks[task_id] = task
                keep[task_id] = None if open_ is not None else max(0, left // 1000)
        outcomes = self._files.outcomes_of({task_id: len(task.attachments) for task_id, task in tasks.items()})
        postings = {
            task_id: ChatPosting(task=task, outcomes=tuple(outcomes[task_id]), keep_seconds=keep[task_id])
            for task_id, task in tasks.items()
        }
        return [postings.get(task_id) for task_id in ids]

    def _posted(self, payload: bytes | None) -> Task | None:
        """Return the task in a payload if it is a message from a chat that brought files."""
        task = self._decoded(payload)
        if task is None or not isinstance(task.content, Read) or not task.attachments:
            return None
        return task if isinstance(task.recipient, DingTalkConversation) else None

    def _decoded(self, payload: bytes | None) -> Task | None:
        """Return the task in a payload, None if there is none or another version wrote it."""
        try:
            return self._payloads.decode_remembered(payload) if payload is not None else None
        except Undecodable:
            return None
