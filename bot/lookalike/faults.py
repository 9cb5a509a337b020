"""Faults on request: answers that replace or delay those of the REST APIs."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

Body = dict[str, object] | str


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls of `path` (a final * matches any rest); None: to all until it is removed.

    Without a status or body the call is only delayed, or with `drop` its connection is cut. With `late` a dropped or
    delayed call takes effect first: the client times out, but the message was sent.
    """

    path: str
    status: int | None = None
    body: Body | None = None
    delay: float = 0.0  # seconds
    times: int | None = 1
    drop: bool = False
    late: bool = False
    calls: int = 0  # that it has applied to

    def fits(self, path: str) -> bool:
        """Return whether the fault still applies and matches this path."""
        if self.times is not None and self.calls >= self.times:
            return False
        return path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path


class Faults:
    """The faults that are set, the oldest first."""

    def __init__(self) -> None:
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> Callable[[], None]:
        """Set a fault, and return a function that removes it."""
        self._set.append(fault)
        return lambda: self._set.remove(fault) if fault in self._set else None

    def clear(self) -> None:
        """Remove all faults."""
        self._set.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault that applies to a call of `path`, if any, and count the call."""
        for fault in self._set:
            if fault.fits(path):
                fault.calls += 1
                return fault
        return None


def missing_scope(scope: str) -> Body:
    """Build the body of a 403 for a scope that the app has not been granted."""
    message = f"应用尚未开通所需的权限：[{scope}]"
    detail = {"requiredScopes": [scope]}
    code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
    return {"code": code, "message": message, "requestid": secrets.token_hex(16).upper(), "accessdenieddetail": detail}


def undelivered(reason: str = "chatbot and space do not match") -> Body:
    """Build the 200 for a card that was created but reached nobody."""
    result = {"spaceId": "", "spaceType": "IM", "success": False, "errorMsg": reason}
    return {"success": True, "result": {"outTrackId": "", "deliverResults": [result]}}


async def suffer(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse | None:
    """Apply `fault` to a call and return its answer; None if the call goes on as usual."""
    effect = await handler(request) if fault.late else None
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.drop:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if fault.status is None and fault.body is None:
        return effect
    if isinstance(fault.body, str):
        return web.Response(status=fault.status or 200, text=fault.body)
    return web.json_response(fault.body or {}, status=fault.status or 200)
