"""Notices to admins about configuration files that are not used."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain import texts
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.organisation import Organisation
from bot.domain.problems import Problem
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Say, Task, task_id

_MOST_LISTED = 10  # problems in one message


class AdminNotice:
    """Sends problems to admins in single chats, as tasks through the ledger.

    Several processes may read the same files; the claim of a task drops what another process has sent already.
    """

    def __init__(
        self, claim: Callable[[Task], Awaitable[bool]], *, robot_code: str, clock: Callable[[], float]
    ) -> None:
        self._claim = claim
        self._robot_code = robot_code
        self._clock = clock

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        """Send the problems to each admin, once for each digest."""
        for admin in organisation.admins:
            recipient = DingTalkConversation(
                robot_code=self._robot_code,
                conversation_id="",
                conversation_kind=ConversationKind.SINGLE,
                staff_id=admin,
            )
            id_ = task_id(f"configuration {digest} {admin}")
            content = Say(text=refusal_text(problems))
            await self._claim(Task(id=id_, recipient=recipient, received_at=self._clock(), content=content))


def refusal_text(problems: Sequence[Problem]) -> str:
    """Return Markdown that says that the files are not used, with the first ten problems."""
    listed = [neutralise_line(str(problem)) for problem in problems[:_MOST_LISTED]]
    more = [texts.guidance.config_refused_more(len(problems) - _MOST_LISTED)] if len(problems) > _MOST_LISTED else []
    return texts.guidance.config_refused([*listed, *more])
