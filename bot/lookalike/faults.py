"""Trouble on demand: answers that replace or delay those of the REST side."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

Body = dict[str, object] | str


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls of `path` (a trailing * matches any rest), or to all until cleared.

    Without a status or body the call is only delayed, or with `drop` its connection is cut. A dropped or delayed
    call takes effect first when `late` is set: the client times out, yet the message was sent.
    """

    path: str
    status: int | None = None
    body: Body | None = None
    delay: float = 0.0  # seconds
    times: int | None = 1
    drop: bool = False
    late: bool = False
    seen: int = 0

    def fits(self, path: str) -> bool:
        if self.times is not None and self.seen >= self.times:
            return False
        return path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path


class Faults:
    """The faults that are set, the oldest first."""

    def __init__(self) -> None:
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> Callable[[], None]:
        """Set a fault; the answer takes it back."""
        self._set.append(fault)
        return lambda: self._set.remove(fault) if fault in self._set else None

    def clear(self) -> None:
        self._set.clear()

    def take(self, path: str) -> Fault | None:
        for fault in self._set:
            if fault.fits(path):
                fault.seen += 1
                return fault
        return None


async def suffer(
    fault: Fault, request: web.Request, handler: Callable[[web.Request], object]
) -> web.StreamResponse | None:
    """Let `fault` happen; None means that the call goes on as usual."""
    if fault.late:
        await handler(request)  # type: ignore[misc]  # aiohttp's handlers are awaitable
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.drop:
        if request.transport is not None:
            request.transport.abort()  # type: ignore[attr-defined]  # a socket's transport can
        return web.Response(status=500)
    if fault.status is None and fault.body is None:
        return None
    if isinstance(fault.body, str):
        return web.Response(status=fault.status or 200, text=fault.body)
    return web.json_response(fault.body or {}, status=fault.status or 200)
