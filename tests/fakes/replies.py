"""Replies to a task with its outcomes, as a worker renders them."""

from collections.abc import Sequence

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.document import Outcome
from bot.domain.replying import reply
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.reply import Reply
from bot.domain.task import Task


def render(task: Task, outcomes: Sequence[Outcome], *, files: bool = True) -> Reply:
    """Return the reply, with long parts in `files` or with everything in its messages."""
    answer = answer_view(task, outcomes)
    return (reply.render if files else reply.render_in_full)(answer, MESSAGE_LIMITS)
