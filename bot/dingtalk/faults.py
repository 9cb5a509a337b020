"""Translates DingTalk's refusals into the project's errors; these say what is tried again.

error             what happens to an answer or a download
Unavailable       tried again, after the wait it carries or a growing one; a download until the task's time is up
  Throttled       the same, but a message for the webhook is sent by the proactive API at once
  Unsure          tried again, with a note in the message that it may be a repeat
Misconfigured     tried again every minute, because an admin may correct the settings
SessionGone       a message for the webhook is sent by the proactive API; final if that answers the same
ContentRefused    a message of the webhook is sent by the proactive API, then its beginning as plain text; at last a
                  sentence that says so replaces the message or file; final if that is refused too
Refused           final: a message says what the person can do

If a final error leaves no way to reach the person, the task is closed and the log says "answer undeliverable".

open platform: the first row that fits the code  error            wait in seconds, unless DingTalk gives one
invalidParameter.robotCode.downloadCode*         Refused
invalidParameter.robotCode*                      Misconfigured
invalidParameter.msgParam.tooLong*               ContentRefused
contain.*                                        ContentRefused
Forbidden.AccessDenied.QpsLimit*                 Throttled        1
Forbidden.AccessDenied*                          Misconfigured
send.too.fast*, too.many.group*                  Throttled        60
session.expired*, staffId.notExisted*,
  invalid.openConversationId*                    SessionGone
InvalidAuthentication*, authFailed*,
  invalidClientIdOrSecret*                       Misconfigured
else a missing scope, or HTTP 401 or 403         Misconfigured
else HTTP 429                                    Throttled        1
else a send with HTTP 500, 502 or 504            Unsure           a growing one
anything else                                    Unavailable      a growing one

errcode of a session webhook (HTTP 200)          error            wait in seconds
300001*                                          SessionGone
130101*                                          Throttled        600
43010*, 460101*                                  ContentRefused
-1*, or HTTP 429 or 5xx                          Unavailable      a growing one; Unsure for HTTP 500, 502 and 504
anything else                                    SessionGone

An upload's errcodes 40004, 40005, 40006 and 41005, and invalidParameter.msgParam* of a message with a file, are
ContentRefused. If the access token is refused, a new one is fetched and the call repeated once before any of this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.domain import texts
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure

_APP = "the app of OCRBOT_DINGTALK__CLIENT_ID"
_SENDS = "qyapi_robot_sendmsg"  # the scope for downloading and sending
_TOKEN_ERRCODES = (40014, 42001)  # of the older API, which answers every call with 200
_MAYBE_DONE = (500, 502, 504)  # 504: the platform gave up after 3 s, the call may have been carried out


class Throttled(Unavailable):
    """DingTalk did not carry out the call because there were too many."""


class SessionGone(OcrbotError):  # noqa: N818 - a domain noun
    """The webhook has expired or belongs to another host, or this person cannot be reached at all."""


class ContentRefused(OcrbotError):  # noqa: N818 - the same
    """DingTalk does not deliver the text or file: it is considered unsafe, too long or of a wrong type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """An answer of DingTalk: the HTTP status, and the body if it was a JSON object, else an empty one."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None  # seconds, from the header

    @property
    def code(self) -> str:
        """The code of the refusal, "" if it has none."""
        code = self.body.get("code", self.body.get("errcode"))
        return str(code)[:120] if code is not None else ""

    @property
    def result(self) -> str:
        """What came of the call, in a word: ok, the code of the refusal, or the HTTP status without one."""
        if self.status == httpx.codes.OK and self.code in ("", "0"):
            return "ok"
        return self.code or str(self.status)

    @property
    def scopes(self) -> str:
        """The scopes that the app lacks, "" if none is named."""
        detail = self.body.get("accessdenieddetail")
        scopes = detail.get("requiredScopes") if isinstance(detail, Mapping) else None
        return ", ".join(str(scope)[:80] for scope in scopes[:10]) if isinstance(scopes, list) else ""

    @property
    def token_refused(self) -> bool:
        """Whether the access token was refused."""
        return self.code.startswith("InvalidAuthentication") or self.body.get("errcode") in _TOKEN_ERRCODES


_MakeError = Callable[[ApiAnswer], OcrbotError]


def _session_gone(answer: ApiAnswer) -> OcrbotError:
    return SessionGone(f"DingTalk knows no such conversation or person ({answer.code})")


def _content_refused(answer: ApiAnswer) -> OcrbotError:
    return ContentRefused(f"DingTalk refuses the content ({answer.code})")


def _throttled(seconds: float) -> _MakeError:
    return lambda answer: Throttled(f"too many calls ({answer.code})", retry_after=answer.retry_after or seconds)


def _code_expired(_answer: ApiAnswer) -> OcrbotError:
    return Refused("code_expired", texts.failures.download_code_expired())


def _wrong_credentials(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(
        f"DingTalk does not accept OCRBOT_DINGTALK__CLIENT_ID with OCRBOT_DINGTALK__CLIENT_SECRET ({answer.code})"
    )


def _other_robot(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(f"the robot is not the one of {_APP} ({answer.code})")


def _missing_scopes(answer: ApiAnswer) -> OcrbotError:
    return Misconfigured(f"{_APP} lacks the scope {answer.scopes or _SENDS} ({answer.code}); grant it in the console")


def _unavailable(answer: ApiAnswer) -> OcrbotError:
    return Unavailable(f"DingTalk answers HTTP {answer.status} {answer.code}", retry_after=answer.retry_after)


# The first row whose prefix the code has applies.
_ERROR_BY_CODE: tuple[tuple[str, _MakeError], ...] = (
    ("invalidParameter.robotCode.downloadCode", _code_expired),
    ("invalidParameter.robotCode", _other_robot),
    ("invalidParameter.msgParam.tooLong", _content_refused),
    ("contain.", _content_refused),
    ("Forbidden.AccessDenied.QpsLimit", _throttled(1.0)),
    ("Forbidden.AccessDenied", _missing_scopes),
    ("send.too.fast", _throttled(60.0)),
    ("too.many.group", _throttled(60.0)),
    ("session.expired", _session_gone),
    ("staffId.notExisted", _session_gone),
    ("invalid.openConversationId", _session_gone),
    ("InvalidAuthentication", _wrong_credentials),
    ("invalidClientIdOrSecret", _wrong_credentials),
    ("authFailed", _wrong_credentials),
)
# The webhook refuses with HTTP 200 and one of these; any other code means that the webhook cannot be used.
_ERROR_BY_WEBHOOK_ERRCODE: tuple[tuple[str, _MakeError], ...] = (
    ("300001", _session_gone),
    ("130101", _throttled(600.0)),
    ("43010", _content_refused),
    ("460101", _content_refused),
    ("-1", _unavailable),
)

_FILE_ERRCODES = ("40004", "40005", "40006", "41005")  # of an upload: wrong kind, type or size, or an empty file


def rest_error(answer: ApiAnswer) -> OcrbotError:
    """Return the error that a refusal of the open platform means; see the table above."""
    for prefix, make_error in _ERROR_BY_CODE:
        if answer.code.startswith(prefix):
            return make_error(answer)
    if answer.scopes:
        return _missing_scopes(answer)
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return _throttled(1.0)(answer)
    if answer.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return _missing_scopes(answer)
    return _unavailable(answer)


def file_error(answer: ApiAnswer) -> OcrbotError:
    """Return the error that a refused upload, or a refused message with a file, means; see the table above."""
    refused = answer.code in _FILE_ERRCODES or answer.code.startswith("invalidParameter.msgParam")
    return _content_refused(answer) if refused else rest_error(answer)


def webhook_error(answer: ApiAnswer) -> OcrbotError:
    """Return the error that a webhook's answer with an errcode other than 0 means; see the table above."""
    for prefix, make_error in _ERROR_BY_WEBHOOK_ERRCODE:
        if answer.code.startswith(prefix):
            return make_error(answer)
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return _unavailable(answer)
    return SessionGone(f"the webhook refuses: HTTP {answer.status} {answer.code}")


def send_error(answer: ApiAnswer, error: OcrbotError) -> OcrbotError:
    """Return `error`, or `Unsure` for a send that may have been carried out despite it."""
    if answer.status in _MAYBE_DONE and type(error) is Unavailable:
        return Unsure(str(error), retry_after=error.retry_after)
    return error
