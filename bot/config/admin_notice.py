"""Notices to admins: configuration files that are not used, webhooks that take nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.organisation import Organisation
from bot.domain.problems import Problem
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Say, Task, task_id

_MOST_LISTED = 10  # problems in one message


class AdminNotice:
    """Sends notices to admins in single chats, as tasks through the ledger.

    Several processes may have the same to say; the claim of a task drops what another process has sent already.
    """

    def __init__(
        self, claim: Callable[[Task], Awaitable[bool]], *, robot_code: str, clock: Callable[[], float]
    ) -> None:
        self._claim = claim
        self._robot_code = robot_code
        self._clock = clock

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        """Send the problems of the configuration to each admin, once for each digest."""
        await self._say(organisation, refusal_text(problems), once=f"configuration {digest}")

    async def webhook_given_up(self, organisation: Organisation, webhook: str, events: int, said: str) -> None:
        """Tell each admin, once a day for each webhook, that events were given up, and what came back last."""
        date = datetime.fromtimestamp(self._clock(), CHINA).date().isoformat()
        text = texts.guidance.webhook_given_up(neutralise_line(webhook), events, neutralise_line(said))
        await self._say(organisation, text, once=f"webhook {webhook} {date}")

    async def _say(self, organisation: Organisation, text: str, *, once: str) -> None:
        for admin in organisation.admins:
            recipient = DingTalkConversation(
                robot_code=self._robot_code,
                conversation_id="",
                conversation_kind=ConversationKind.SINGLE,
                staff_id=admin,
            )
            id_ = task_id(f"{once} {admin}")
            await self._claim(Task(id=id_, recipient=recipient, received_at=self._clock(), content=Say(text=text)))


def refusal_text(problems: Sequence[Problem]) -> str:
    """Return Markdown that says that the files are not used, with the first ten problems."""
    listed = [neutralise_line(str(problem)) for problem in problems[:_MOST_LISTED]]
    more = [texts.guidance.config_refused_more(len(problems) - _MOST_LISTED)] if len(problems) > _MOST_LISTED else []
    return texts.guidance.config_refused([*listed, *more])
