"""The configuration as it is now: changed files are taken within seconds, bad ones are told and not used."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from bot.config import folder as config_folder
from bot.config.accepted import History
from bot.config.folder import Config
from bot.domain.errors import Misconfigured
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.organisation import Gate, Organisation
from bot.domain.problems import Problem
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Say, Task, task_id
from bot.domain.texts import chat as texts

LOOK_SECONDS = 2.0
_MOST_TOLD = 10  # problems in one message
_ACCEPT = "ocrbot prompts test --accept"

_log = structlog.get_logger("ocrbot.reload")


class Tell(Protocol):
    """Tells an organisation's admins what is wrong; `digest` is the same wherever the same files are."""

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        """Tell it, once for each digest."""


class LiveConfig:
    """Holds the last good configuration of a folder and looks for changes of its files."""

    def __init__(self, directory: Path, tell: Tell, count: Callable[[str], None] = lambda _result: None) -> None:
        """Read the folder; raises `Misconfigured` where it is no good to begin with. `count` hears of each change."""
        self._directory = directory
        self._tell = tell
        self._count = count
        self._seen = config_folder.signature(directory)
        self._current = config_folder.load(directory)
        self._untold: list[Problem] = []
        self._good = True
        self._waiting: Config | None = None  # good, and held back until its examples have passed
        if self._held_back(self._current):
            _log.warning("prompts in use were never accepted", mend=_ACCEPT)

    def current(self) -> Config:
        """Return what is to be used for the next message."""
        return self._current

    async def run(self) -> None:
        """Look for changes until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Take changed files if they are good; tell of bad ones when they stay as they are until the next look.

        A file that is just being written is mostly bad, and soon different.
        """
        found = await asyncio.to_thread(config_folder.signature, self._directory)
        if found != self._seen:
            self._seen, self._waiting = found, None
            self._take(*await asyncio.to_thread(config_folder.read, self._directory))
        elif self._untold:
            untold, self._untold = self._untold, []
            await self._tell(self._current.organisation, untold, await asyncio.to_thread(self._digest))
        elif self._waiting is not None and not await asyncio.to_thread(self._held_back, self._waiting):
            self._take(self._waiting, [])

    async def reload(self) -> str:
        """Read the folder whether it changed or not, and return what came of it, for the admin who asked."""
        before = self._current
        self._seen, self._waiting = await asyncio.to_thread(config_folder.signature, self._directory), None
        config, problems = await asyncio.to_thread(config_folder.read, self._directory)
        self._take(config, problems)
        if config is None:
            return _said(problems)
        if self._is_waiting():
            return texts.held_back(_ACCEPT)
        return texts.reloaded(len(self._current.prompts.prompts), changed=self._current != before)

    def _is_waiting(self) -> bool:
        return self._waiting is not None

    def _digest(self) -> str:
        return config_folder.digest(self._directory)

    def _take(self, config: Config | None, problems: list[Problem]) -> None:
        self._untold = problems
        if config is None:
            self._good = False
            self._count("refused")
            for problem in problems:
                _log.error("configuration refused", problem=str(problem))
            return
        if config.prompts != self._current.prompts and self._held_back(config):
            _log.warning("changed prompts held back", mend=_ACCEPT)
            self._waiting = config
            self._count("held_back")
            self._untold = [Problem(file="prompts", what=f"changed, and not used before: {_ACCEPT}")]
            return
        if config != self._current or not self._good:
            _log.info("configuration taken", prompts=len(config.prompts.prompts))
            self._count("taken")
        self._current, self._good, self._waiting = config, True, None

    def _held_back(self, config: Config) -> bool:
        """Tell whether the organisation wants examples passed that were not; records it cannot read are none."""
        if config.organisation.gate is not Gate.EXAMPLES:
            return False
        try:
            return not History(self._directory).is_accepted()
        except Misconfigured as error:
            _log.error("accepted sets cannot be read", error=str(error))
            return True


class AdminNotice:
    """Tells admins in single chats, through the ledger like any answer; a claim drops what another process told."""

    def __init__(
        self, claim: Callable[[Task], Awaitable[bool]], *, robot_code: str, clock: Callable[[], float]
    ) -> None:
        self._claim = claim
        self._robot_code = robot_code
        self._clock = clock

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        """Tell each admin once for each digest."""
        for admin in organisation.admins:
            recipient = DingTalkConversation(
                robot_code=self._robot_code,
                conversation_id="",
                conversation_kind=ConversationKind.SINGLE,
                staff_id=admin,
            )
            name = task_id(f"configuration {digest} {admin}")
            await self._claim(
                Task(id=name, recipient=recipient, received_at=self._clock(), content=Say(text=_said(problems)))
            )


def _said(problems: Sequence[Problem]) -> str:
    listed = [neutralise_line(str(problem)) for problem in problems[:_MOST_TOLD]]
    more = [texts.config_refused_more(len(problems) - _MOST_TOLD)] if len(problems) > _MOST_TOLD else []
    return texts.config_refused([*listed, *more])
