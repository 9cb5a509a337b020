"""Replies from a task and what came of its attachments, as a worker writes them."""

from collections.abc import Sequence

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.document import Outcome
from bot.domain.replying import reply
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.reply import Reply
from bot.domain.task import Task


def render(task: Task, outcomes: Sequence[Outcome], *, files: bool = True) -> Reply:
    """The reply, with `files` or with all of it in its messages."""
    answer = answer_view(task, outcomes)
    return (reply.render if files else reply.render_in_full)(answer, MESSAGE_LIMITS)
