"""Signing in and out: by a client's token, or by DingTalk (OAuth 2, authorization code)."""

import hmac
import secrets
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from bot.api.callers import SESSION_COOKIE, caller, foreign_page, has_own_origin, wrong_token
from bot.api.page.page_parts import GivenVisitors, Visitors
from bot.api.parts import ApiParts, Given
from bot.api.problems import ApiProblem
from bot.domain.errors import OcrbotError, Unavailable
from bot.domain.organisation import StaffMember
from bot.domain.requests.client import Client, token_hash
from bot.storage.page.sessions import LONGEST_SECONDS, SignedIn

STATE_COOKIE: Final = "ocrbot_sign_in"
_STATE_PATH: Final = "/session/dingtalk"
_STATE_SECONDS: Final = 600


class TokenBody(BaseModel):
    """A client's token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str = Field(max_length=200, repr=False)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/session", include_in_schema=False)
    routes.add_api_route("", sign_in, methods=["POST"])
    routes.add_api_route("", present, methods=["GET"])
    routes.add_api_route("", sign_out, methods=["DELETE"], status_code=HTTPStatus.NO_CONTENT)
    routes.add_api_route("/dingtalk", to_dingtalk, methods=["GET"])
    routes.add_api_route("/dingtalk/callback", from_dingtalk, methods=["GET"])
    return routes


async def present(request: Request, parts: Given, visitors: GivenVisitors) -> dict[str, Any]:
    """Return who is signed in; where nobody is, `client` is null and `ways` are those to sign in."""
    try:
        client = await caller(request, parts)
    except ApiProblem as problem:
        if problem.status is not HTTPStatus.UNAUTHORIZED:
            raise
        ways = ["token", *(["dingtalk"] if visitors.dingtalk is not None else [])]
        return {"client": None, "ways": ways}
    return await run_in_threadpool(_description, request, parts, visitors, client)


async def sign_in(
    request: Request, body: TokenBody, response: Response, parts: Given, visitors: GivenVisitors
) -> dict[str, Any]:
    """Begin a session for the client of a token; a wrong one costs time, as everywhere."""
    _require_own_page(request)
    client = parts.clients.with_token(body.token)
    if client is None:
        raise await wrong_token(parts)
    signed_in = SignedIn(client=client.name, token_sha256=token_hash(body.token), began_at=parts.clock())
    await run_in_threadpool(_begin, request, response, visitors, signed_in)
    return {"client": client.name, "role": client.role.value, "demo": False, "who": client.name}


async def sign_out(request: Request, response: Response, visitors: GivenVisitors) -> None:
    """End the session here and in the browser."""
    _require_own_page(request)
    if key := request.cookies.get(SESSION_COOKIE, ""):
        await run_in_threadpool(visitors.sessions.end, key)
    response.delete_cookie(SESSION_COOKIE, path="/")


async def to_dingtalk(request: Request, visitors: GivenVisitors) -> Response:
    """Send the browser to DingTalk, with a state that only this browser can bring back."""
    if visitors.dingtalk is None:
        return _back("failed")
    state = secrets.token_urlsafe(24)
    response = RedirectResponse(visitors.dingtalk.address(state), HTTPStatus.SEE_OTHER)
    # Lax: the browser comes back from another site, to which a Strict cookie would not be sent.
    response.set_cookie(
        STATE_COOKIE,
        state,
        max_age=_STATE_SECONDS,
        path=_STATE_PATH,
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )
    return response


async def from_dingtalk(  # noqa: PLR0913, PLR0917 - what DingTalk sends back, and what is given in
    request: Request,
    parts: Given,
    visitors: GivenVisitors,
    auth_code: Annotated[str, Query(alias="authCode", max_length=500)] = "",
    code: Annotated[str, Query(max_length=500)] = "",
    state: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Begin a session for the person whom DingTalk sends back. It names the code `authCode`, OAuth 2 `code`."""
    sent = request.cookies.get(STATE_COOKIE, "")
    if not sent or not hmac.compare_digest(sent.encode(), state.encode()):
        return _back("state")
    if visitors.dingtalk is None or not (auth_code or code):
        return _back("failed")
    try:
        person = await run_in_threadpool(visitors.dingtalk.person, auth_code or code)
    except Unavailable:
        return _back("unavailable")
    except OcrbotError:
        return _back("failed")
    return await run_in_threadpool(_begin_for, request, parts, visitors, person)


def _begin_for(request: Request, parts: ApiParts, visitors: Visitors, person: StaffMember | None) -> Response:
    if person is None or visitors.dingtalk is None or not visitors.may_use(person):
        return _back("refused")
    signed_in = SignedIn(
        client=visitors.dingtalk.client, staff_id=person.staff_id, nick=person.nick, began_at=parts.clock()
    )
    response = _back("")
    _begin(request, response, visitors, signed_in)
    return response


def _begin(request: Request, response: Response, visitors: Visitors, signed_in: SignedIn) -> None:
    """End the session that the browser had, and give it a new one, whose id nobody has seen before."""
    if before := request.cookies.get(SESSION_COOKIE, ""):
        visitors.sessions.end(before)
    response.set_cookie(
        SESSION_COOKIE,
        visitors.sessions.begin(signed_in),
        max_age=LONGEST_SECONDS,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="strict",
    )


def _back(reason: str) -> RedirectResponse:
    """Return the way back to the page, which says why it did not work; no reason if it did."""
    response = RedirectResponse(f"/?sign_in={reason}" if reason else "/", HTTPStatus.SEE_OTHER)
    response.delete_cookie(STATE_COOKIE, path=_STATE_PATH)
    return response


def _description(request: Request, parts: ApiParts, visitors: Visitors, client: Client) -> dict[str, Any]:
    demo = parts.clients.is_open
    who = client.name if demo else visitors.who(request, client)
    return {"client": client.name, "role": client.role.value, "demo": demo, "who": who}


def _require_own_page(request: Request) -> None:
    if request.headers.get("origin") is None or not has_own_origin(request):
        raise foreign_page()


def _is_https(request: Request) -> bool:
    """Return whether the browser uses HTTPS, here or at the proxy in front; it decides over nothing else."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
