"""Receiving a streamed answer, on the loop of `workers.engines.network_loop`."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from bot.domain.document import Stop
from bot.domain.errors import Unavailable
from workers.engines.network_loop import pieces
from workers.engines.vllm.chat import Question, StreamedAnswer
from workers.engines.vllm.faults import vllm_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When all of an answer is due and when its first token, in `monotonic`; in how many seconds each next token."""

    whole: float
    first: float
    next: float
    connect: float  # in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedExchange:
    """A request whose answer is streamed. `heard` is called with each piece from the first token on."""

    question: Question
    headers: Mapping[str, str]
    due: Due
    heard: Callable[[], None]

    async def receive(self, session: aiohttp.ClientSession, answer: StreamedAnswer) -> None:
        """Receive `answer` until it ends, runs into a loop or its time is over.

        Raises what an error of the server means, `Unavailable` if the answer does not come, and
        `aiohttp.ClientError` or `OSError` if the network fails.
        """
        due = self.due
        clock = asyncio.timeout_at(min(due.first, due.whole))
        try:
            async with clock:
                await self._receive(session, answer, clock)
        except (aiohttp.ClientError, TimeoutError) as error:
            if answer.ended or (clock.expired() and answer.stop is not None):
                return
            if not clock.expired():
                raise
            self._end_at_deadline(answer, error)
        if answer.stop is None:
            raise Unavailable(f"{answer.url} broke the answer off")

    async def _receive(self, session: aiohttp.ClientSession, answer: StreamedAnswer, clock: asyncio.Timeout) -> None:
        address = f"{answer.url}/v1/chat/completions"
        # Encoded here, not by those who ask: while dozens of threads do such work the loop waits for its turn.
        body = self.question.body()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Accept-Encoding": "identity",
            **self.headers,
        }
        limits = aiohttp.ClientTimeout(sock_connect=self.due.connect)
        async with session.post(
            address, data=pieces(body), headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            if response.status != HTTPStatus.OK:
                retry_after = response.headers.get("Retry-After", "")
                raise vllm_error(answer.url, response.status, await response.read(), retry_after=retry_after)
            now = asyncio.get_running_loop().time
            async for chunk in response.content.iter_any():
                self._take(chunk, answer)
                if answer.stop is Stop.REPETITION and not answer.ended:
                    return  # which ends the request on the server too
                if answer.started:
                    clock.reschedule(min(now() + self.due.next, self.due.whole))

    def _take(self, chunk: bytes, answer: StreamedAnswer) -> None:
        try:
            answer.feed(chunk)
        finally:  # the first token and an error may come in one piece
            if answer.started:
                self.heard()

    def _end_at_deadline(self, answer: StreamedAnswer, error: BaseException) -> None:
        if asyncio.get_running_loop().time() < self.due.whole:
            stage = f"for {self.due.next:g} s" if answer.started else "before its first token"
            raise Unavailable(f"{answer.url} fell silent {stage}") from error
        if not answer.text:
            raise Unavailable(f"{answer.url} had not begun when the time was over") from error
        answer.stop = Stop.TIME
