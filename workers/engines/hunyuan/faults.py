"""What a vLLM's errors mean: whose fault each is, and what to do about it."""

import json
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable
from bot.domain.texts import chat as texts

_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE = 400, 401, 403, 404, 413
_LATER = frozenset({408, 425, 429})
_SERVER = 500
_MOST_SAID = 300  # characters of a server's own words
_TOO_LONG = ("context length", "max_tokens", "max_model_len", "too long", "longer than", "maximum length")


class NoOrder(Unavailable):
    """The server takes no priorities: it was started without its priority scheduling."""


class UnknownModel(Misconfigured):
    """The server serves another model than the one asked for."""


def fault(url: str, status: int, body: bytes, *, retry_after: str = "") -> OcrbotError:
    """Return the error that an answer with `status` and `body` is."""
    said = message(body)
    where = f"{url}: {status} {said}"
    if status == _BAD_REQUEST:
        return _bad_request(url, said)
    if status in {_UNAUTHORIZED, _FORBIDDEN}:
        return Misconfigured(f"OCRBOT_ENGINE__TOKEN is not the key of the engine at {where}")
    if status == _NOT_FOUND and "model" in said.lower():
        return UnknownModel(f"the engine serves another model than the one asked for: {where}")
    if status == _TOO_LARGE:
        return Refused("picture_too_large", texts.picture_too_large_for_engine())
    if status in _LATER or status >= _SERVER:
        return Unavailable(where, retry_after=_seconds(retry_after))
    return Misconfigured(f"OCRBOT_ENGINE__URLS names something else than a vLLM with HunyuanOCR: {where}")


def message(body: bytes) -> str:
    """Return the server's own words in an error's body: `{"error": {"message": …}}`, `{"error": "…"}`, or plain."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return body[:_MOST_SAID].decode("utf-8", "replace")
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return str(found)[:_MOST_SAID]


def _bad_request(url: str, said: str) -> OcrbotError:
    lower = said.lower()
    if "priority scheduling is not enabled" in lower:
        return NoOrder(f"{url}: {said}")
    if any(word in lower for word in ("schema", "grammar", "structured output")):
        return Misconfigured(f"the prompt's schema is nothing that the engine at {url} can follow: {said}")
    if any(word in lower for word in _TOO_LONG):
        return Refused("picture_too_large", texts.picture_too_large_for_engine())
    return Refused("picture_not_taken", texts.picture_not_taken())


def _seconds(retry_after: str) -> float | None:
    """Return what a Retry-After says, a number of seconds or a date."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - time.time())
