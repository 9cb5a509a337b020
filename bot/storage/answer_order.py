"""The order of answers in a conversation: that of its messages, unless one takes long.

A task without a place in the order waits for no other task, and none waits for it. A step that makes room in the order
(its answer was sent, or its task stepped aside) then checks which answer is ready; a step whose answer becomes ready
then checks whether it goes next. One of the two always sees the other, so no ready answer is left behind.
"""

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from bot.domain.task import RunCommand, Say, Task
from bot.storage import scripts
from bot.storage.keys.tasks import ANSWER_ORDER, OPEN_SECONDS, READY_ANSWERS, TASK

if TYPE_CHECKING:
    from redis import Redis

HOLD_SECONDS = 20.0  # for which a ready answer waits for earlier ones
MOST_FILES = 3  # in a message that later ones wait for

ORDER_PREFIXES = (ANSWER_ORDER.prefix, READY_ANSWERS.prefix)  # in the order that the scripts expect


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAnswer:
    """The id of the task whose answer goes next, or "" and the seconds for which the first may hold the others."""

    task_id: str = ""
    wait: float = 0.0


class AnswerOrder:
    """The orders of all conversations. Every method but `ready_row` is one step in Redis."""

    def __init__(self, redis: "Redis", *, hold: float = HOLD_SECONDS) -> None:
        self._redis = redis
        self._hold = hold
        self._ready = scripts.load(redis, "answer_ready", functions="answer_order")
        self._next = scripts.load(redis, "answer_next", functions="answer_order")
        self._leave = scripts.load(redis, "answer_leave", functions="answer_order")

    def ready(self, task_id: str, conversation: str) -> NextAnswer:
        """Mark a task's answer as ready and return which goes next: its own if the task has no place in an order."""
        args = [task_id, conversation, self._hold, OPEN_SECONDS, *ORDER_PREFIXES, TASK.prefix]
        return _decode(self._ready(args=args))

    def next(self, conversation: str) -> NextAnswer:
        """Return which answer goes next in a conversation."""
        return _decode(self._next(args=[conversation, self._hold, *ORDER_PREFIXES, TASK.prefix]))

    def ready_row(self, conversation: str, most: int) -> list[str]:
        """Return the ids of the tasks at the head of a conversation's order whose answers are ready, at most `most`."""
        first = cast("list[bytes]", self._redis.zrange(ANSWER_ORDER.key(conversation), 0, most - 1))
        ids = [task_id.decode() for task_id in first]
        since = self._redis.zmscore(READY_ANSWERS.key(conversation), ids) if ids else []
        row = takewhile(lambda pair: pair[1] is not None, zip(ids, since, strict=True))
        return [task_id for task_id, _ in row]

    def leave(self, task_id: str, conversation: str) -> bool:
        """Take a task out of its conversation's order; return whether it was in it."""
        return bool(self._leave(args=[task_id, conversation, *ORDER_PREFIXES]))

    def waits(self, task_id: str, conversation: str) -> bool:
        """Return whether a task's answer is ready and waits for earlier ones."""
        return self._redis.zscore(READY_ANSWERS.key(conversation), task_id) is not None


def has_place(task: Task) -> bool:
    """Return whether a task gets a place in its conversation's order.

    Help, refusals and answers to commands get none, because they are useful at once or never; nor do messages with
    many files, because they take long.
    """
    at_once = isinstance(task.content, Say | RunCommand)
    takes_long = len(task.attachments) > MOST_FILES
    return bool(task.conversation_id) and not at_once and not takes_long


def _decode(answer: object) -> NextAnswer:
    task_id, wait = cast("list[bytes]", answer)
    return NextAnswer(task_id=task_id.decode(), wait=float(wait))
