"""Sending an event to a webhook: once, within seconds, to a checked address, and no further.

Redirects are not followed, no proxy is taken from the environment, and hardly anything of the answer is read.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpcore
import httpx

from bot.domain.webhooks.calling import WebhookAddress, WebhookAnswer
from bot.domain.webhooks.signature import signing_headers
from bot.webhooks.addresses import CheckedTarget, InternalHosts, Resolve, WebhookNotAllowed, checked_target, resolved
from bot.webhooks.pinned_connection import PinnedBackend

_SECONDS: Final = 15.0  # for the whole call, as the specification proposes
_MOST_ANSWER_BYTES: Final = 8192  # of it that are read
_MOST_WORDS: Final = 200  # characters of an error


class WebhookSender:
    """Sends events; `clock` gives Unix seconds. Safe to use from several threads."""

    def __init__(
        self,
        internal: InternalHosts,
        *,
        clock: Callable[[], float],
        resolve: Resolve = resolved,
        trust: ssl.SSLContext | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._internal = internal
        self._clock = clock
        self._resolve = resolve
        self._trust = trust or httpx.create_ssl_context()
        self._seconds = seconds

    def __call__(self, address: WebhookAddress, event_id: str, body: bytes) -> WebhookAnswer:
        """Send an event once and return what came of it; what goes wrong is in the answer."""
        try:
            headers = signing_headers(address.secrets, event_id, body, at=int(self._clock()))
            target = checked_target(address.url, self._internal, resolve=self._resolve)
        except (WebhookNotAllowed, ValueError) as error:
            return WebhookAnswer(said=f"it is not called: {error}")
        except OSError as error:
            return WebhookAnswer(said=f"its name is not found: {_in_short(error)}")
        return self._posted(target, headers, body)

    def _posted(self, target: CheckedTarget, signed: Mapping[str, str], body: bytes) -> WebhookAnswer:
        headers = [("content-type", "application/json"), ("user-agent", "ocrbot"), ("accept", "*/*"), *signed.items()]
        backend = PinnedBackend(target.addresses, seconds=self._seconds)
        url = target.url
        to = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._trust, network_backend=backend, max_connections=1) as pool,
                pool.stream("POST", to, headers=headers, content=body) as response,
            ):
                answer = self._answer(response)
                if answer.taken:
                    _read_a_little(response)
                return answer
        except httpcore.TimeoutException:
            return WebhookAnswer(said=f"no answer within {self._seconds:.0f} s")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            return WebhookAnswer(said=f"the connection failed: {_in_short(error)}")

    def _answer(self, response: httpcore.Response) -> WebhookAnswer:
        status = response.status
        named = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        retry_after = _seconds_to_wait(named.get(b"retry-after", ""), now=self._clock())
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
        said = f"HTTP {status}, a redirect, which is not followed" if is_redirect else f"HTTP {status}"
        return WebhookAnswer(status=status, said=said, retry_after=retry_after)


def _read_a_little(response: httpcore.Response) -> None:
    """Read the beginning of an answer, so that most receivers can end theirs in peace; the event was taken anyway."""
    size = 0
    with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for chunk in response.iter_stream():
            size += len(chunk)
            if size >= _MOST_ANSWER_BYTES:
                return


def _seconds_to_wait(header: str, *, now: float) -> float | None:
    """Return what a header Retry-After asks for, as seconds or as a date (RFC 9110, 10.2.3); None for neither."""
    if re.fullmatch(r"[0-9]{1,9}", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _in_short(error: Exception) -> str:
    """Return the words of an error on one line."""
    return " ".join((str(error) or type(error).__name__).split())[:_MOST_WORDS]
