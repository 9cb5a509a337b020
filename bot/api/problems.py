"""Errors as RFC 9457 problems: JSON with a type, a title and a detail in the caller's language that says what to do."""

import re
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException

from bot.domain.errors import Unavailable
from bot.domain.texts import api as texts
from bot.domain.texts.api import ProblemText, WrongValue

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:ocrbot-problem:"
_RETRY_SECONDS: Final = 5
_MOST_ERRORS: Final = 20
_LANGUAGE = re.compile(r"\s*([a-zA-Z*-]{1,20})\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")

_log = structlog.get_logger("ocrbot.api")


class ApiProblem(Exception):  # noqa: N818 - RFC 9457's word
    """What is wrong with a request, or here. `slug` ends its type, `number` is that of a log line."""

    def __init__(  # noqa: PLR0913 - keyword-only from the fourth on
        self,
        status: HTTPStatus,
        slug: str,
        text: ProblemText,
        *,
        headers: Mapping[str, str] | None = None,
        wrong: tuple[WrongValue, ...] = (),
        number: str = "",
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.text = text
        self.headers = headers or {}
        self.wrong = wrong
        self.number = number


def unknown_document() -> ApiProblem:
    """Return the problem of an id that the caller has no document of, whoever else may have one."""
    return ApiProblem(
        HTTPStatus.NOT_FOUND,
        "unknown-document",
        texts.unknown_document(),
    )


def admins_only() -> ApiProblem:
    """Return the problem of a caller who is no admin."""
    return ApiProblem(HTTPStatus.FORBIDDEN, "admins-only", texts.admins_only())


def invalid(wrong: Sequence[WrongValue]) -> ApiProblem:
    """Return the problem of a request with wrong values, which its JSON lists as `errors`."""
    return ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", texts.invalid(), wrong=tuple(wrong[:_MOST_ERRORS]))


def no_room(seconds: str) -> ApiProblem:
    """Return the problem of a full house; there may be room again in so many seconds."""
    return ApiProblem(HTTPStatus.SERVICE_UNAVAILABLE, "no-room", texts.no_room(), headers={"Retry-After": seconds})


def not_done() -> ApiProblem:
    """Return the problem of a request that is not read, or could not be."""
    return ApiProblem(HTTPStatus.CONFLICT, "not-done", texts.not_done())


def unavailable(seconds: int = _RETRY_SECONDS) -> ApiProblem:
    """Return the problem of a service behind this one that does not answer; the caller may try again in `seconds`."""
    return ApiProblem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        texts.unavailable(),
        headers={"Retry-After": str(seconds)},
    )


def language_of(request: Request) -> str:
    """Return the language that the caller prefers, zh or en; zh for one that names neither (RFC 9110, 12.5.4)."""
    best, most = "zh", 0.0
    for item in request.headers.get("accept-language", "").split(",")[:20]:
        match = _LANGUAGE.fullmatch(item)
        language = match[1].lower().partition("-")[0] if match else ""
        quality = float(match[2] or 1) if match else 0.0
        if language in {"zh", "en"} and quality > most:
            best, most = language, quality
    return best


def response_of(problem: ApiProblem, request: Request) -> JSONResponse:
    """Return the answer that tells a caller of a problem."""
    language = language_of(request)
    title, detail = problem.text.told(language)
    content: dict[str, object] = {
        "type": f"{TYPE_PREFIX}{problem.slug}",
        "title": title,
        "status": problem.status.value,
        "detail": detail,
        "instance": request.url.path,
    }
    if problem.wrong:
        content["errors"] = [{"at": one.at, "what": one.told(language)} for one in problem.wrong]
    if problem.number:
        content["request"] = problem.number
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(content, problem.status, {**headers, **problem.headers}, MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Have every error of the application answered as a problem."""
    app.add_exception_handler(ApiProblem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RedisError, _answer_unavailable)
    app.add_exception_handler(Unavailable, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_bug)


def _answer_problem(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ApiProblem):
        return _answer_bug(request, error)
    return response_of(error, request)


def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """Say which values are wrong, without repeating them."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    wrong = [texts.wrong_value(".".join(map(str, one["loc"])), str(one["msg"])) for one in found]
    return response_of(invalid(wrong), request)


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    told = {
        HTTPStatus.NOT_FOUND: ("unknown-address", texts.unknown_path()),
        HTTPStatus.METHOD_NOT_ALLOWED: ("wrong-method", texts.wrong_method()),
    }
    slug, text = told.get(status, ("broken-request", texts.broken_request()))
    return response_of(ApiProblem(status, slug, text, headers=headers), request)


def _answer_unavailable(request: Request, error: Exception) -> JSONResponse:
    _log.warning("answered that it is unavailable", error=type(error).__name__)
    return response_of(unavailable(), request)


def _answer_bug(request: Request, error: Exception) -> JSONResponse:
    number = secrets.token_hex(4)
    _log.error("request failed", request=number, method=request.method, exc_info=error)
    problem = ApiProblem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        texts.bug(),
        number=number,
    )
    return response_of(problem, request)
