"""Earlier tasks, so that people can ask again about what they posted without posting it again.

A reference says where to look for what a message is about: `posted:ID` names a task by its id; `sent:KEY`, `about:ID`
and `last:CONVERSATION:PERSON` name a key of `bot.storage.keys` that holds a task's id. It counts in its own
conversation only. Which task it leads to is found out when the message is claimed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis

from bot.domain import wire
from bot.domain.message import Attachment
from bot.domain.task import Task
from bot.storage.keys import (
    EARLIER_TASK,
    FILE,
    LATEST_ABOUT,
    LATEST_OF_PERSON,
    OPEN_OF_PERSON,
    POSTED,
    POSTED_SECONDS,
    REFERRED_TO,
    SENT,
    TASK,
)

_BY_ID: Final = "posted"
_PREFIXES: Final = {
    _BY_ID: POSTED.prefix,
    "sent": SENT.prefix,
    "about": LATEST_ABOUT.prefix,
    "last": LATEST_OF_PERSON.pattern.partition("{")[0],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a message brought, and where to."""

    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where a reference leads: to the task with an id, or where that is "", to the one whose id is in `key`."""

    key: str
    task_id: str = ""


class EarlierTasks:
    """What is known of earlier tasks. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def meant(self, task_id: str) -> str:
        """Return the id of the task that this one refers to, "" where none was found when it was claimed."""
        found = cast("bytes | None", self._redis.get(REFERRED_TO.key(task_id)))
        return found.decode() if found else ""

    def posted(self, task_id: str) -> tuple[Attachment, ...]:
        """Return what a task's message brought, or what it refers to; empty where that is forgotten."""
        kept = cast("bytes | None", self._redis.hget(POSTED.key(task_id), "attachments"))
        return wire.decode(Posted, kept).attachments if kept else ()

    def about(self, task_id: str) -> str:
        """Return the id of the task that this one, a question, was about; "" for a posting or what is forgotten."""
        found = cast("bytes | None", self._redis.hget(POSTED.key(task_id), "of"))
        return found.decode() if found else ""

    def was_answered(self, task_id: str) -> bool:
        """Tell whether the person got what was read of this task."""
        return bool(self._redis.hexists(POSTED.key(task_id), "answered"))

    def task(self, task_id: str) -> tuple[Task | None, bool]:
        """Return a task, open or remembered, and whether it is open."""
        keys = [TASK.key(task_id), EARLIER_TASK.key(task_id)]
        opened, remembered = cast("list[bytes | None]", self._redis.mget(keys))
        kept = opened or remembered
        return (wire.decode(Task, kept) if kept else None), opened is not None

    def copy_file(self, earlier: tuple[str, int], later: tuple[str, int], seconds: int) -> bool:
        """Give a file (task id, index) of one task to another, inside Redis; False where its bytes are gone."""
        key = FILE.key(*later)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.copy(FILE.key(*earlier), key, replace=True)
            pipe.expire(key, seconds)
            return bool(pipe.execute()[0])

    def remember_sent(self, query_key: str, task_id: str) -> None:
        """Have a quote of what DingTalk calls `query_key`, such as a card, mean this task; for a day."""
        self._redis.set(SENT.key(query_key), task_id, ex=POSTED_SECONDS)

    def open_of(self, person: str) -> list[tuple[str, float]]:
        """Return the ids of a person's open tasks and when each came (Unix seconds), the oldest first."""
        key = OPEN_OF_PERSON.key(person)
        found = cast("list[tuple[bytes, float]]", self._redis.zrange(key, 0, -1, withscores=True))
        return [(task_id.decode(), at) for task_id, at in found]


def reference_keys(references: Iterable[str]) -> list[Reference]:
    """Return where these references of a task lead, without those that lead nowhere."""
    parted = [reference.partition(":") for reference in references]
    return [
        Reference(key=_PREFIXES[kind] + name, task_id=name if kind == _BY_ID else "")
        for kind, _, name in parted
        if kind in _PREFIXES
    ]


def encode_posted(task: Task) -> str | bytes:
    """Return what is kept of what a task's message brought, "" where that is nothing."""
    return wire.encode(Posted(attachments=task.attachments)) if task.attachments else ""
