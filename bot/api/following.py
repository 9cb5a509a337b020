"""Following a request until it has ended: for callers who wait, and for events."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Final

from starlette.concurrency import run_in_threadpool

from bot.api.parts import ApiParts
from bot.domain.requests.record import RequestRecord, RequestState

MOST_WAIT_SECONDS: Final = 60
_FIRST_LOOK: Final = 0.1  # seconds
_LATER_LOOK: Final = 1.0
_SLOWER: Final = 1.3  # times as long until the next look
_COMMENT_SECONDS: Final = 15.0  # so that proxies keep the connection
_MOST_SECONDS: Final = 3600.0  # after which a browser connects anew
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])")


def wanted_wait(prefer: str) -> int:
    """Return the seconds that a caller is ready to wait, 60 at most (RFC 7240, 4.3); 0 if it says nothing of it."""
    match = _WAIT.search(prefer)
    return min(int(match[1]), MOST_WAIT_SECONDS) if match else 0


async def until_ended(parts: ApiParts, record: RequestRecord, seconds: float) -> RequestRecord:
    """Return the request once it has ended, or as it is after so many seconds; at once if too many wait already."""
    if not seconds or not parts.followers.has_room(record.client):
        return record
    with parts.followers.one(record.client):
        deadline, pause = asyncio.get_running_loop().time() + seconds, _FIRST_LOOK
        while not record.state.has_ended and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(pause, left))
            pause = min(pause * _SLOWER, _LATER_LOOK)
            present = await run_in_threadpool(parts.requests.record, None, record.id)
            if present is None:
                return record
            record = present
    return record


async def events(parts: ApiParts, record: RequestRecord) -> AsyncIterator[bytes]:
    """Yield server-sent events: `place` and `pages` as they change, `done` at the end, `gone` if it is deleted."""
    loop = asyncio.get_running_loop()
    begun, told_at, told = loop.time(), loop.time(), ""
    current: RequestRecord | None = record
    with parts.followers.one(record.client):
        while current is not None and loop.time() < begun + _MOST_SECONDS:
            event = await run_in_threadpool(_event, parts, current)
            if event != told:
                told, told_at = event, loop.time()
                yield event.encode()
            elif loop.time() > told_at + _COMMENT_SECONDS:
                told_at = loop.time()
                yield b": still there\n\n"
            if current.state.has_ended:
                return
            await asyncio.sleep(_LATER_LOOK / 2)
            current = await run_in_threadpool(parts.requests.record, None, record.id)
        if current is None:
            yield _sse("gone", {"id": record.id}).encode()


def _event(parts: ApiParts, record: RequestRecord) -> str:
    if record.state is RequestState.QUEUED:
        ahead = parts.requests.ahead(record)
        expected = parts.requests.expected_seconds(ahead, parts.engine)
        return _sse("place", {"ahead": ahead, "expected_seconds": None if expected is None else round(expected, 1)})
    if record.state is RequestState.READING:
        return _sse("pages", {"done": record.pages_done, "total": record.pages_total})
    return _sse("done", {"id": record.id, "status": record.state.value})


def _sse(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
