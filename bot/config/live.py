"""The current configuration: changed files take effect within seconds, bad ones are reported and not used."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from bot.config import folder as config_folder
from bot.config.accepted import History
from bot.config.admin_notice import refusal_text
from bot.config.folder import Config
from bot.domain import texts
from bot.domain.errors import Misconfigured
from bot.domain.organisation import Gate, Organisation
from bot.domain.problems import Problem

_POLL_SECONDS = 2.0
_ACCEPT = "ocrbot prompts test --accept"

_log = structlog.get_logger("ocrbot.reload")


class Notify(Protocol):
    """Sends the problems of the configuration to an organisation's admins."""

    async def __call__(self, organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
        """Send the problems once for each digest; hosts with the same files have the same digest."""


class LiveConfig:
    """Holds the last good configuration of a folder and follows changes of its files."""

    def __init__(self, directory: Path, notify: Notify, count: Callable[[str], None] = lambda _result: None) -> None:
        """Read the folder; raises `Misconfigured` if it cannot be used.

        `count` gets the result of each change: "taken", "refused" or "held_back".
        """
        self._directory = directory
        self._notify = notify
        self._count = count
        self._signature = config_folder.signature(directory)
        self._current = config_folder.load(directory)
        self._unreported: list[Problem] = []
        self._is_good = True  # whether the files on disk could be read
        self._waiting: Config | None = None  # good, but held back until its examples have passed
        if self._held_back(self._current):
            _log.warning("prompts in use were never accepted", mend=_ACCEPT)

    def current(self) -> Config:
        """Return the configuration for the next message."""
        return self._current

    async def run(self) -> None:
        """Follow changes until cancelled."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await self.poll()

    async def poll(self) -> None:
        """Take changed files if they are good; report bad ones only if they have not changed by the next poll.

        A file that is being written is usually bad, but only for a moment.
        """
        signature = await asyncio.to_thread(config_folder.signature, self._directory)
        if signature != self._signature:
            self._signature, self._waiting = signature, None
            self._take(*await asyncio.to_thread(config_folder.read, self._directory))
        elif self._unreported:
            problems, self._unreported = self._unreported, []
            digest = await asyncio.to_thread(config_folder.digest, self._directory)
            await self._notify(self._current.organisation, problems, digest)
        elif self._waiting is not None and not await asyncio.to_thread(self._held_back, self._waiting):
            self._take(self._waiting, [])

    async def reload(self) -> str:
        """Read the folder, changed or not, and return the result as a text for the admin who asked."""
        before = self._current
        self._signature, self._waiting = await asyncio.to_thread(config_folder.signature, self._directory), None
        config, problems = await asyncio.to_thread(config_folder.read, self._directory)
        self._take(config, problems)
        if config is None:
            return refusal_text(problems)
        if self._is_waiting():
            return texts.guidance.held_back(_ACCEPT)
        return texts.guidance.reloaded(len(self._current.prompts.prompts), changed=self._current != before)

    def _is_waiting(self) -> bool:
        return self._waiting is not None

    def _take(self, config: Config | None, problems: list[Problem]) -> None:
        self._unreported = problems
        if config is None:
            self._is_good = False
            self._count("refused")
            for problem in problems:
                _log.error("configuration refused", problem=str(problem))
            return
        if config.prompts != self._current.prompts and self._held_back(config):
            _log.warning("changed prompts held back", mend=_ACCEPT)
            self._waiting = config
            self._count("held_back")
            self._unreported = [Problem(file="prompts", what=f"changed, and not used before: {_ACCEPT}")]
            return
        if config != self._current or not self._is_good:
            _log.info("configuration taken", prompts=len(config.prompts.prompts))
            self._count("taken")
        self._current, self._is_good, self._waiting = config, True, None

    def _held_back(self, config: Config) -> bool:
        """Return whether prompts must pass their examples and no record says that these did."""
        if config.organisation.gate is not Gate.EXAMPLES:
            return False
        try:
            return not History(self._directory).is_accepted()
        except Misconfigured as error:
            _log.error("accepted sets cannot be read", error=str(error))
            return True
