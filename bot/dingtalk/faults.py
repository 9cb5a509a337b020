"""What DingTalk's refusals mean, in the project's errors.

Unavailable
└── Throttled       too many calls, nothing was carried out
OcrbotError
├── SessionGone     this way to the person is closed; another may be open
└── ContentRefused  DingTalk does not pass this text on
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure
from bot.domain.texts import chat as texts

_APP = "the app of OCRBOT_DINGTALK__CLIENT_ID"
_SENDS = "qyapi_robot_sendmsg"  # the scope of downloading and sending
_TOKEN_ERRCODES = (40014, 42001)  # of the older API, which answers 200 to everything
_MAYBE_DONE = (500, 502, 504)  # 504 is the platform's own limit of 3 s: the call may have been carried out


class Throttled(Unavailable):
    """DingTalk took too many calls; this one was not carried out."""


class SessionGone(OcrbotError):  # noqa: N818 - a domain noun
    """The webhook does not lead to the conversation any more, or nothing leads to this person."""


class ContentRefused(OcrbotError):  # noqa: N818 - the same
    """DingTalk does not pass the text on: it takes it for unsafe, or it is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """A vendor's answer: the HTTP status, and the body where it was a JSON object."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None  # seconds, from the header

    @property
    def code(self) -> str:
        """The refusal's code, "" where there is none."""
        code = self.body.get("code", self.body.get("errcode"))
        return str(code)[:120] if code is not None else ""

    @property
    def scopes(self) -> str:
        """The scopes that the app lacks, "" where none is named."""
        detail = self.body.get("accessdenieddetail")
        scopes = detail.get("requiredScopes") if isinstance(detail, Mapping) else None
        return ", ".join(str(scope)[:80] for scope in scopes[:10]) if isinstance(scopes, list) else ""

    @property
    def token_refused(self) -> bool:
        """Whether it was the access token that was not taken."""
        return self.code.startswith("InvalidAuthentication") or self.body.get("errcode") in _TOKEN_ERRCODES


_Made = Callable[[ApiAnswer], OcrbotError]


def _gone(answer: ApiAnswer) -> OcrbotError:
    return SessionGone(f"DingTalk knows no such conversation or person ({answer.code})")


def _content(answer: ApiAnswer) -> OcrbotError:
    return ContentRefused(f"DingTalk refuses the content ({answer.code})")


def _throttled(seconds: float) -> _Made:
    return lambda answer: Throttled(f"too many calls ({answer.code})", retry_after=answer.retry_after or seconds)


def _code_expired(_answer: ApiAnswer) -> OcrbotError:
    return Refused("code_expired", texts.download_code_expired())


def _credentials(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(
        f"DingTalk does not accept OCRBOT_DINGTALK__CLIENT_ID with OCRBOT_DINGTALK__CLIENT_SECRET ({answer.code})"
    )


def _robot(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(f"the robot is not the one of {_APP} ({answer.code})")


def _scopes(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(f"{_APP} lacks the scope {answer.scopes or _SENDS} ({answer.code}); grant it in the console")


def _busy(answer: ApiAnswer) -> OcrbotError:
    return Unavailable(f"DingTalk answers HTTP {answer.status} {answer.code}", retry_after=answer.retry_after)


# The first row whose words the code begins with is the one that holds.
_CODES: tuple[tuple[str, _Made], ...] = (
    ("invalidParameter.robotCode.downloadCode", _code_expired),
    ("invalidParameter.robotCode", _robot),
    ("invalidParameter.msgParam.tooLong", _content),
    ("contain.", _content),
    ("Forbidden.AccessDenied.QpsLimit", _throttled(1.0)),
    ("Forbidden.AccessDenied", _scopes),
    ("send.too.fast", _throttled(60.0)),
    ("too.many.group", _throttled(60.0)),
    ("session.expired", _gone),
    ("staffId.notExisted", _gone),
    ("invalid.openConversationId", _gone),
    ("InvalidAuthentication", _credentials),
    ("invalidClientIdOrSecret", _credentials),
    ("authFailed", _credentials),
)
# The webhook refuses with HTTP 200 and one of these; any other means that the webhook is no way to go.
_ERRCODES: tuple[tuple[str, _Made], ...] = (
    ("300001", _gone),
    ("130101", _throttled(600.0)),
    ("43010", _content),
    ("460101", _content),
    ("-1", _busy),
)

_FILE_ERRCODES = ("40004", "40005", "40006", "41005")  # of an upload: its kind, type, size, or nothing in it


def rest_error(answer: ApiAnswer) -> OcrbotError:
    """Return what an answer of the open platform that is no success means."""
    for words, made in _CODES:
        if answer.code.startswith(words):
            return made(answer)
    if answer.scopes:
        return _scopes(answer)
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return _throttled(1.0)(answer)
    if answer.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return _scopes(answer)
    return _busy(answer)


def file_error(answer: ApiAnswer) -> OcrbotError:
    """Return what an answer to an upload, or to the message that holds it, means: `ContentRefused` for bad files."""
    refused = answer.code in _FILE_ERRCODES or answer.code.startswith("invalidParameter.msgParam")
    return _content(answer) if refused else rest_error(answer)


def webhook_error(answer: ApiAnswer) -> OcrbotError:
    """Return what a webhook's answer other than errcode 0 means."""
    for words, made in _ERRCODES:
        if answer.code.startswith(words):
            return made(answer)
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return _busy(answer)
    return SessionGone(f"the webhook refuses: HTTP {answer.status} {answer.code}")


def send_error(answer: ApiAnswer, error: OcrbotError) -> OcrbotError:
    """Return `error`, or for a send that may have been carried out all the same, `Unsure`."""
    if answer.status in _MAYBE_DONE and type(error) is Unavailable:
        return Unsure(str(error), retry_after=error.retry_after)
    return error
