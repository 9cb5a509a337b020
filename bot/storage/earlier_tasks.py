"""Earlier tasks, kept so that people can ask about what they posted without posting it again.

A reference says where to look for the task that a message is about: `posted:ID` gives the task's id itself; `sent:KEY`,
`about:ID` and `last:CONVERSATION:PERSON` name a key that holds it. A reference is valid only within its conversation,
and is resolved when the message is claimed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis
from redis.client import Pipeline

from bot.domain import wire
from bot.domain.asking.burst import BurstMessage
from bot.domain.message import Attachment, DingTalkConversation
from bot.domain.task import BurstPart, Task
from bot.storage.keys.tasks import (
    BURST,
    BURST_SECONDS,
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
from bot.storage.task_payloads import TaskPayloads

_MOST_IN_BURST: Final = 20  # messages
_BY_ID: Final = "posted"
_PREFIXES: Final = {
    _BY_ID: POSTED.prefix,
    "sent": SENT.prefix,
    "about": LATEST_ABOUT.prefix,
    "last": LATEST_OF_PERSON.pattern.partition("{")[0],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The attachments of a message, as they are kept for later questions."""

    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where a reference leads: to the task `task_id`, or if that is "", to the task whose id `key` holds."""

    key: str
    task_id: str = ""


class EarlierTasks:
    """The earlier tasks. Every method is one round trip."""

    def __init__(self, redis: Redis, payloads: TaskPayloads) -> None:
        self._redis = redis
        self._payloads = payloads

    def referred_task(self, task_id: str) -> str:
        """Return the id of the task that a task refers to, "" if none was found when it was claimed."""
        earlier = cast("bytes | None", self._redis.get(REFERRED_TO.key(task_id)))
        return earlier.decode() if earlier else ""

    def posted(self, task_id: str) -> tuple[Attachment, ...]:
        """Return the attachments of a task's message, or of the task it refers to; empty once they are forgotten."""
        kept = cast("bytes | None", self._redis.hget(POSTED.key(task_id), "attachments"))
        return wire.decode(Posted, kept).attachments if kept else ()

    def about(self, task_id: str) -> str:
        """Return the id of the task that a question was about; "" for a posting, or once it is forgotten."""
        earlier = cast("bytes | None", self._redis.hget(POSTED.key(task_id), "of"))
        return earlier.decode() if earlier else ""

    def was_answered(self, task_id: str) -> bool:
        """Return whether the person was sent what was read for a task."""
        return bool(self._redis.hexists(POSTED.key(task_id), "answered"))

    def task(self, task_id: str) -> tuple[Task | None, bool]:
        """Return an open or remembered task, None if there is none, and whether it is open."""
        keys = [TASK.key(task_id), EARLIER_TASK.key(task_id)]
        open_, remembered = cast("list[bytes | None]", self._redis.mget(keys))
        if open_ is not None:
            return self._payloads.decode(open_), True
        return (self._payloads.decode_remembered(remembered) if remembered else None), False

    def copy_file(self, earlier: tuple[str, int], later: tuple[str, int], seconds: int) -> bool:
        """Copy a file (task id, index) from one task to another within Redis; False if its bytes are gone."""
        key = FILE.key(*later)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.copy(FILE.key(*earlier), key, replace=True)
            pipe.expire(key, seconds)
            return bool(pipe.execute()[0])

    def remember_sent(self, query_key: str, task_id: str) -> None:
        """Let quotes of the message with DingTalk's `query_key`, such as a card, refer to a task for a day."""
        self._redis.set(SENT.key(query_key), task_id, ex=POSTED_SECONDS)

    def burst(self, recipient: DingTalkConversation) -> list[BurstMessage]:
        """Return a person's latest messages in a single chat that may belong together, the oldest first."""
        key = BURST.key(recipient.conversation_id, recipient.person)
        found = cast("list[tuple[bytes, float]]", self._redis.zrange(key, -_MOST_IN_BURST, -1, withscores=True))
        named = [(member.decode().partition(":"), at) for member, at in found]
        return [BurstMessage(task_id=task_id, part=BurstPart(part), at=at) for (part, _, task_id), at in named]

    def open_of(self, person: str) -> list[tuple[str, float]]:
        """Return the ids of a person's open tasks and when each arrived (Unix seconds), oldest first."""
        key = OPEN_OF_PERSON.key(person)
        tasks = cast("list[tuple[bytes, float]]", self._redis.zrange(key, 0, -1, withscores=True))
        return [(task_id.decode(), at) for task_id, at in tasks]


def add_to_bursts(tasks: Iterable[Task], client: Pipeline) -> None:
    """Remember for two minutes which tasks bring files without words, or words without files."""
    for task in tasks:
        if task.burst_part is not None:
            key = BURST.key(task.conversation_id, task.recipient.person)
            client.zadd(key, {f"{task.burst_part.value}:{task.id}": task.received_at}, nx=True)
            client.expire(key, BURST_SECONDS)


def reference_keys(references: Iterable[str]) -> list[Reference]:
    """Return where a task's references lead, without those that lead nowhere."""
    return [
        Reference(key=_PREFIXES[kind] + name, task_id=name if kind == _BY_ID else "")
        for kind, _, name in (reference.partition(":") for reference in references)
        if kind in _PREFIXES
    ]


def encode_posted(task: Task) -> str | bytes:
    """Return a task's attachments as they are stored for later questions, "" if it has none."""
    return wire.encode(Posted(attachments=task.attachments)) if task.attachments else ""
