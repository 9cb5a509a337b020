"""What meets the faults of a cell: messages in chats, or documents over the API; and what becomes of it."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from tests.chaos.document_verdict import FoundDocument, SentDocument, judge_documents
from tests.chaos.posting import post_all
from tests.chaos.scene import Scene
from tests.chaos.verdict import Sent, Verdict, judge, told_of

_LOOK_SECONDS = 1.0
_LAST_LOOK_SECONDS = 60.0


class Traffic(Protocol):
    """Messages or documents of a cell."""

    async def send_all(self, number: int, seconds: float) -> None:
        """Send so many within so many seconds; those that were not taken are sent again, however long that takes."""

    async def settle(self, seconds: float) -> None:
        """Wait until each has its outcome, so many seconds at most."""

    async def verdict(self) -> Verdict:
        """Return what has become of them."""

    def transcript(self) -> str:
        """Return what was seen of them, for a person."""


@dataclass(slots=True, kw_only=True)
class Messages:
    """Messages that people post in chats."""

    scene: Scene
    sent: list[Sent] = field(default_factory=list)

    async def send_all(self, number: int, seconds: float) -> None:
        """Post so many messages."""
        await post_all(self.scene.dingtalk, number, seconds, self.sent)

    async def settle(self, seconds: float) -> None:
        """Wait until each has an outcome."""
        with suppress(TimeoutError):
            await self.scene.dingtalk.until(lambda: not self._judged().lost, timeout=seconds)

    async def verdict(self) -> Verdict:
        """Judge by the records of the look-alike."""
        return self._judged()

    def _judged(self) -> Verdict:
        return judge(self.sent, self.scene.dingtalk.records.entries)

    def transcript(self) -> str:
        """Return the outcomes of all."""
        return told_of(self.sent, self.scene.dingtalk.records.entries)


@dataclass(slots=True, kw_only=True)
class Documents:
    """Documents that programs send over the API."""

    scene: Scene
    sent: list[SentDocument] = field(default_factory=list)
    _found: list[FoundDocument] = field(default_factory=list)

    async def send_all(self, number: int, seconds: float) -> None:
        """Send so many documents."""
        await self.scene.programs.send_all(number, seconds, self.sent)

    async def settle(self, seconds: float) -> None:
        """Wait until each has ended, and its client was told."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            with suppress(httpx.HTTPError):
                self._found = await self.scene.programs.found()
            if not self._judged().lost:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def verdict(self) -> Verdict:
        """Judge by what the clients see and were told."""
        ours = {each.reference for each in self.sent}
        async with asyncio.timeout(_LAST_LOOK_SECONDS):
            while True:
                with suppress(httpx.HTTPError):
                    found = [one for one in await self.scene.programs.found() if one.reference in ours]
                    self._found = await self.scene.programs.with_texts(found)
                    return self._judged()
                await asyncio.sleep(_LOOK_SECONDS)

    def _judged(self) -> Verdict:
        return judge_documents(self.sent, self._found, self.scene.programs.calls())

    def transcript(self) -> str:
        """Return what was sent, found and called."""
        ids = {one.id for one in self._found}
        calls = [call for call in self.scene.programs.calls() if call.document in ids]
        return "\n".join(map(str, (*self.sent, *self._found, *calls)))
