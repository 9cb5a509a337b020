"""The scheduling of the fake vLLM: which request runs next, and which pictures are encoded together."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, Protocol

from tests.fakes.fake_script import ChatRequest


class Settings(Protocol):
    slots: int
    priorities: Literal["kept", "ignored", "refused"]
    started: list[ChatRequest]
    pictures_a_step: int
    mixes_pictures: bool


class Scheduler:
    def __init__(self, server: Settings) -> None:
        self._server = server
        self._number = itertools.count()
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._unseen: list[tuple[ChatRequest, asyncio.Future[None]]] = []
        self._encoder: asyncio.Task[None] | None = None
        self.running = 0

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @asynccontextmanager
    async def slot(self, asked: ChatRequest) -> AsyncIterator[None]:
        """Wait for one of the slots: the lowest priority first, among equals the oldest request."""
        if self.running >= self._server.slots:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            priority = asked.priority if self._server.priorities == "kept" else 0
            entry = (priority, next(self._number), turn)
            heapq.heappush(self._queue, entry)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._free()
                else:
                    self._queue.remove(entry)
                    heapq.heapify(self._queue)
                raise
        else:
            self.running += 1
        asked.state = "running"
        self._server.started.append(asked)
        try:
            yield
        finally:
            self._free()

    def _free(self) -> None:
        if self._queue:
            heapq.heappop(self._queue)[2].set_result(None)
        else:
            self.running -= 1

    async def see(self, asked: ChatRequest) -> None:
        """Encode the picture, together with all others that wait for it at that moment."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unseen.append((asked, done))
        if self._encoder is None or self._encoder.done():
            self._encoder = asyncio.create_task(self._encode())
        await done

    async def _encode(self) -> None:
        while self._unseen:
            await asyncio.sleep(0.002)
            batch, self._unseen[: self._server.pictures_a_step] = self._unseen[: self._server.pictures_a_step], []
            pictures = [asked.picture for asked, _ in batch]
            if self._server.mixes_pictures:
                pictures = pictures[:1] + pictures[:-1]  # the first keeps its own, as in the real one
            for (asked, done), picture in zip(batch, pictures, strict=True):
                asked.given, asked.batched = picture, len(batch) > 1
                if not done.done():
                    done.set_result(None)
