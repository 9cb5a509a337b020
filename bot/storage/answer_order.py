"""Whose answer goes next in a conversation: in the order in which the messages were taken, unless one takes long.

A task without a place in an order waits for no other, and none waits for it. Whoever makes room in an order, by an
answer sent or by a task that steps aside, looks afterwards who is ready there; whoever becomes ready looks afterwards
who is first. One of the two sees the other, so no answer waits for a call that was made already.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.keys import ANSWER_ORDER, OPEN_SECONDS, ORDER_OF_TASK, READY_ANSWERS, TASK

if TYPE_CHECKING:
    from redis import Redis

HOLD_SECONDS = 20.0  # that an answer which is ready waits for those before it
MOST_FILES = 3  # of a message that others wait for

ORDER_PREFIXES = (ORDER_OF_TASK.prefix, ANSWER_ORDER.prefix, READY_ANSWERS.prefix)  # as the scripts name them


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAnswer:
    """Whose answer goes next: a task's id, or "" and for how many seconds the first may still hold the others."""

    task_id: str = ""
    wait: float = 0.0


class AnswerOrder:
    """The orders of all conversations. Every method but `waits` is one step in Redis."""

    def __init__(self, redis: "Redis", *, hold: float = HOLD_SECONDS) -> None:
        self._redis = redis
        self._hold = hold
        self._ready = scripts.load(redis, "answer_ready", functions="answer_order")
        self._next = scripts.load(redis, "answer_next", functions="answer_order")
        self._leave = scripts.load(redis, "answer_leave", functions="answer_order")

    def ready(self, task_id: str) -> NextAnswer:
        """Note that a task's answer can be sent; return whose goes next, the task's own where it has no place."""
        return _decode(self._ready(args=[task_id, self._hold, OPEN_SECONDS, *ORDER_PREFIXES, TASK.prefix]))

    def next(self, conversation: str) -> NextAnswer:
        """Return whose answer goes next in a conversation."""
        return _decode(self._next(args=[conversation, self._hold, *ORDER_PREFIXES, TASK.prefix]))

    def leave(self, task_id: str) -> bool:
        """Take a task's place from it; tell whether it had one."""
        return bool(self._leave(args=[task_id, *ORDER_PREFIXES]))

    def waits(self, task_id: str) -> bool:
        """Tell whether a task's answer could be sent but for those before it."""
        conversation = cast("bytes | None", self._redis.get(ORDER_OF_TASK.key(task_id)))
        if conversation is None:
            return False
        return self._redis.zscore(READY_ANSWERS.key(conversation.decode()), task_id) is not None


def has_place(task: Task) -> bool:
    """Tell whether a task gets a place in its conversation's order, where it waits and is waited for.

    Help, refusals and the answers of commands are of use at once or never; a message with many files takes long.
    """
    at_once = task.command is not None or (task.answer and not task.refers)
    takes_long = len(task.attachments) > MOST_FILES
    return bool(task.address.conversation_id) and not at_once and not takes_long


def _decode(answer: object) -> NextAnswer:
    task_id, wait = cast("list[bytes]", answer)
    return NextAnswer(task_id=task_id.decode(), wait=float(wait))
