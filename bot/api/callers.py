"""Who calls: the client of a token or of a session, or whoever is on this machine where no client is configured."""

import asyncio
import ipaddress
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request

from bot.api.parts import ApiParts, Given
from bot.api.problems import ApiProblem, admins_only
from bot.domain.requests.client import LOCAL_CLIENT, Client
from bot.domain.texts import api as texts

SESSION_COOKIE: Final = "ocrbot_session"
_BEARER: Final = "bearer "
_WRONG_SECONDS: Final = 0.5  # that a wrong token costs
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


async def caller(request: Request, parts: Given) -> Client:
    """Return the client that calls; raises `ApiProblem` for nobody's token, and for pages of other sites."""
    authorization = request.headers.get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        client = parts.clients.with_token(authorization[len(_BEARER) :].strip())
        if client is not None:
            return client
        raise await wrong_token(parts)
    if parts.clients.is_open:
        return _local(request)
    client = _signed_in(request, parts)
    if client is None:
        raise no_token()
    return client


async def admin(client: Annotated[Client, Depends(caller)]) -> Client:
    """Return the client that calls; raises `ApiProblem` unless it is an admin."""
    if not client.is_admin:
        raise admins_only()
    return client


Calling = Annotated[Client, Depends(caller)]
CallingAdmin = Annotated[Client, Depends(admin)]


def no_token() -> ApiProblem:
    """Return the problem of a caller without a valid token."""
    return ApiProblem(
        HTTPStatus.UNAUTHORIZED,
        "no-token",
        texts.no_token(),
        headers={"WWW-Authenticate": 'Bearer realm="ocrbot"'},
    )


async def wrong_token(parts: ApiParts) -> ApiProblem:
    """Let some time pass, and return the problem of a wrong token: only so many wait at once, none holds a thread."""
    waiting = parts.wrong_tokens
    if waiting.locked():
        return ApiProblem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-wrong-tokens",
            texts.too_many_wrong_tokens(),
            headers={"Retry-After": "1"},
        )
    async with waiting:
        await asyncio.sleep(_WRONG_SECONDS)
    return no_token()


def has_own_origin(request: Request) -> bool:
    """Return whether a browser's request comes from a page of this service; True where no browser says its origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return urlsplit(origin).netloc == request.headers.get("host", "")


def is_forwarded(request: Request) -> bool:
    """Return whether a proxy passes the request on, as far as it says so."""
    return any(name in request.headers for name in _FORWARDED)


def _local(request: Request) -> Client:
    """Return the client of callers on this machine: neither proxies nor pages of other sites speak for them.

    A page may have its own name resolve to 127.0.0.1, so the name that was asked for must be one of this machine.
    """
    if not is_loopback(host_of(request.headers.get("host", ""))) or is_forwarded(request):
        raise ApiProblem(
            HTTPStatus.FORBIDDEN,
            "only-this-machine",
            texts.only_this_machine(),
        )
    if not has_own_origin(request):
        raise foreign_page()
    return LOCAL_CLIENT


def _signed_in(request: Request, parts: ApiParts) -> Client | None:
    """Return the client of the session that a cookie names; raises `ApiProblem` for a change from another site."""
    key = request.cookies.get(SESSION_COOKIE, "")
    client = parts.signed_in(key) if key else None
    if client is not None and request.method not in _SAFE and request.headers.get("origin") is None:
        raise foreign_page()
    if client is not None and request.method not in _SAFE and not has_own_origin(request):
        raise foreign_page()
    return client


def foreign_page() -> ApiProblem:
    """Return the problem of a request that a page of another site makes."""
    return ApiProblem(
        HTTPStatus.FORBIDDEN,
        "foreign-page",
        texts.foreign_page(),
    )


def host_of(authority: str) -> str:
    """Return the host of `host:port`, without the brackets of an IPv6 address; "" if there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its address or by the name localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
