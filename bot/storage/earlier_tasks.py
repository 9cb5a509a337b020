"""What was posted before, so that people can ask again without posting it again.

posted:ID            hash: conversation, person and attachments of a task that reads, of a question which task it is
                     about, and answered once the person got what was read; for a day
last:CONVERSATION:PERSON   the task that somebody's next question there is about, for as long as it is remembered
about:MESSAGE        the last task about a quoted message, by the id of that message's own task; for a day
sent:KEY             the task that a card or a proactive message of the bot's speaks for; for a day
means:ID             the task that this one refers to, found when it was claimed; goes with it
past:ID              an answered Task, with its outcome:ID:N and file:ID:N, for as long as it is remembered

A reference is the name of such a key, `posted:ID` for a task by its id. It counts in its own conversation only.
"""

from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain import wire
from bot.domain.asking.intent import last_of
from bot.domain.message import Attachment
from bot.domain.task import Read, Refer, RunCommand, Task

POSTED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a message brought, and where to."""

    attachments: tuple[Attachment, ...]


class EarlierTasks:
    """What is known of earlier tasks. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def meant(self, task_id: str) -> str:
        """Return the id of the task that this one refers to, "" where none was found when it was claimed."""
        found = cast("bytes | None", self._redis.get(f"ocrbot:means:{task_id}"))
        return found.decode() if found else ""

    def posted(self, task_id: str) -> tuple[Attachment, ...]:
        """Return what a task's message brought, or what it refers to; empty where that is forgotten."""
        kept = cast("bytes | None", self._redis.hget(f"ocrbot:posted:{task_id}", "attachments"))
        return wire.decode(Posted, kept).attachments if kept else ()

    def about(self, task_id: str) -> str:
        """Return the id of the task that this one, a question, was about; "" for a posting or what is forgotten."""
        found = cast("bytes | None", self._redis.hget(f"ocrbot:posted:{task_id}", "of"))
        return found.decode() if found else ""

    def was_answered(self, task_id: str) -> bool:
        """Tell whether the person got what was read of this task."""
        return bool(self._redis.hexists(f"ocrbot:posted:{task_id}", "answered"))

    def task(self, task_id: str) -> tuple[Task | None, bool]:
        """Return a task, open or remembered, and whether it is open."""
        is_open, past = cast("list[bytes | None]", self._redis.mget(f"ocrbot:task:{task_id}", f"ocrbot:past:{task_id}"))
        kept = is_open or past
        return (wire.decode(Task, kept) if kept else None), is_open is not None

    def copy_file(self, earlier: tuple[str, int], later: tuple[str, int], seconds: int) -> bool:
        """Give a file of one task to another, inside Redis; False where its bytes are gone."""
        (from_id, from_index), (to_id, to_index) = earlier, later
        key = f"ocrbot:file:{to_id}:{to_index}"
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.copy(f"ocrbot:file:{from_id}:{from_index}", key, replace=True)
            pipe.expire(key, seconds)
            return bool(pipe.execute()[0])

    def remember_sent(self, query_key: str, task_id: str) -> None:
        """Have whoever quotes what DingTalk calls `query_key`, a card for one, mean this task; for a day."""
        self._redis.set(f"ocrbot:sent:{query_key}", task_id, ex=POSTED_SECONDS)

    def open_of(self, person: str) -> list[tuple[str, float]]:
        """Return the ids of somebody's open tasks and when each came (Unix seconds), the oldest first."""
        found = cast("list[tuple[bytes, float]]", self._redis.zrange(f"ocrbot:mine:{person}", 0, -1, withscores=True))
        return [(task_id.decode(), at) for task_id, at in found]


def to_keep(task: Task) -> list[str | bytes | int]:
    """Return what the claim of a task keeps of it for later questions, and what it refers to itself."""
    is_command = isinstance(task.content, RunCommand)
    last = last_of(task.recipient) if task.remember_seconds and not is_command else ""
    match task.content:
        case Read(quoted_task=quoted) | Refer(read=Read(quoted_task=quoted)) if quoted:
            about = f"about:{quoted}"
        case _:
            about = ""
    references = task.content.references if isinstance(task.content, Refer | RunCommand) else ()
    return [
        task.recipient.conversation_id,
        task.recipient.person,
        wire.encode(Posted(attachments=task.attachments)) if task.attachments else "",
        int(is_command),
        last,
        task.remember_seconds,
        about,
        POSTED_SECONDS,
        *references,
    ]
