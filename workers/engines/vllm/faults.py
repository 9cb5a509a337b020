"""What the errors of a vLLM mean, in the project's errors.

vLLM answers                        becomes
400 priority not enabled            PriorityUnsupported   asked again without a priority
400 schema, grammar                 Misconfigured         the prompt's schema is wrong
400 too long; 413                   Refused               the person is told that the picture is too large
400 anything else                   Refused               the person is told that the picture is not accepted
401, 403                            Misconfigured         the token is wrong
404 of a model                      UnknownModel          the server serves another model
408, 425, 429, 5xx                  Unavailable           tried again, after Retry-After if given
anything else                       Misconfigured         the address is not a vLLM's
"""

import json
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain import texts
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable

_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE = 400, 401, 403, 404, 413
_LATER = frozenset({408, 425, 429})
_SERVER = 500
_MESSAGE_LENGTH = 300  # characters that are kept of a server's message
_TOO_LONG = ("context length", "max_tokens", "max_model_len", "too long", "longer than", "maximum length")


class PriorityUnsupported(Unavailable):
    """The server was started without priority scheduling and refuses requests that have a priority."""


class UnknownModel(Misconfigured):
    """The server serves a model other than the one asked for."""


def vllm_error(url: str, status: int, body: bytes, *, retry_after: str = "") -> OcrbotError:
    """Return the error that an answer with `status` and `body` from the vLLM at `url` means; see the table above."""
    text = error_message(body)
    where = f"{url}: {status} {text}"
    if status == _BAD_REQUEST:
        return _bad_request_error(url, text)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Misconfigured(f"OCRBOT_ENGINE__TOKEN is not the key of the engine at {where}")
    if status == _NOT_FOUND and "model" in text.lower():
        return UnknownModel(f"the engine serves a model other than the one asked for: {where}")
    if status == _TOO_LARGE:
        return Refused("picture_too_large", texts.unreadable.picture_too_large_for_engine())
    if status in _LATER or status >= _SERVER:
        return Unavailable(where, retry_after=_retry_seconds(retry_after))
    return Misconfigured(f"OCRBOT_ENGINE__URLS names something other than a vLLM with HunyuanOCR: {where}")


def error_message(body: bytes) -> str:
    """Return the message in an error's body: `{"error": {"message": …}}`, `{"error": "…"}`, or the body itself."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return body[:_MESSAGE_LENGTH].decode("utf-8", "replace")
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return str(found)[:_MESSAGE_LENGTH]


def _bad_request_error(url: str, text: str) -> OcrbotError:
    lower = text.lower()
    if "priority scheduling is not enabled" in lower:
        return PriorityUnsupported(f"{url}: {text}")
    if any(word in lower for word in ("schema", "grammar", "structured output")):
        return Misconfigured(f"the engine at {url} cannot follow the prompt's schema: {text}")
    if any(word in lower for word in _TOO_LONG):
        return Refused("picture_too_large", texts.unreadable.picture_too_large_for_engine())
    return Refused("picture_not_taken", texts.unreadable.picture_not_taken())


def _retry_seconds(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number, or the time until a date; None if neither."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - time.time())
