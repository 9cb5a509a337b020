"""The client of the embedded engine's service."""

import io
import itertools
import os
from collections.abc import Sequence
from typing import NoReturn

import httpx
from PIL.Image import Image

from bot.domain import wire
from bot.domain.document import Reading
from bot.domain.errors import Misconfigured, Refused, Unavailable, Undecodable
from bot.domain.texts import chat as texts

_CONNECT_SECONDS = 5.0
_GRACE_SECONDS = 15.0  # for the way there and back, after the service's own time for a page


class Rapid:
    """An `Engine` behind one or several addresses; the next is tried where one is out of reach or busy."""

    name = "rapid"
    takes_prompts = False

    def __init__(self, urls: Sequence[str], *, token: str = "") -> None:
        if not urls:
            raise Misconfigured("OCRBOT_ENGINE__URLS names no address")
        self._count = itertools.count()
        self._urls = tuple(url.rstrip("/") for url in urls)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A certificate store is loaded only where an address needs one: it costs 20 ms a process.
        secure = any(url.startswith("https:") for url in self._urls)
        self._client = httpx.Client(headers=headers, verify=secure, trust_env=False)

    def read(
        self,
        image: Image,
        prompt: str,  # noqa: ARG002 - every engine takes it
        *,
        request_id: str = "",
        timeout: float = 120.0,
        priority: int = 0,  # noqa: ARG002 - every engine takes it
    ) -> Reading:
        """Return the lines on `image`, as `LocalRapid.read` does, wherever they are read.

        Raises `Refused` for a picture the service does not take, `Unavailable` where none answers and `Misconfigured`
        for a wrong token.
        """
        body = _png(image)
        headers = {"X-Request-Id": request_id, "X-Timeout": f"{timeout:g}", "Content-Type": "image/png"}
        limits = httpx.Timeout(timeout + _GRACE_SECONDS, connect=_CONNECT_SECONDS)
        failure: Unavailable | None = None
        for url in self._in_turn():
            try:
                return _reading(self._client.post(f"{url}/v1/read", content=body, headers=headers, timeout=limits))
            except httpx.ReadTimeout as error:
                raise Unavailable(f"{url} took longer than {timeout:g} s") from error
            except httpx.TransportError as error:
                failure = Unavailable(f"{url}: {type(error).__name__} {error}")
            except Unavailable as error:
                failure = error
        raise failure or Unavailable("no engine was asked")

    def _in_turn(self) -> tuple[str, ...]:
        """Return the addresses, the one to start with changing from page to page and from process to process."""
        start = (os.getpid() + next(self._count)) % len(self._urls)
        return self._urls[start:] + self._urls[:start]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _png(image: Image) -> bytes:
    body = io.BytesIO()
    image.convert("RGB").save(body, "PNG", compress_level=1)
    return body.getvalue()


def _reading(answer: httpx.Response) -> Reading:
    if answer.status_code != httpx.codes.OK:
        _fail(answer)
    try:
        return wire.decode(Reading, answer.content)
    except Undecodable as error:
        raise Misconfigured(f"{answer.url} does not answer as an ocrbot engine does: {error}") from error


def _fail(answer: httpx.Response) -> NoReturn:
    where = f"{answer.url}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise Misconfigured(f"OCRBOT_ENGINE__TOKEN is not the engine's: {where}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS names something else than an ocrbot engine: {where}")
    if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise Refused("picture_too_large", texts.picture_too_large_for_engine())
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise Refused("picture_broken", texts.picture_broken())
    raise Unavailable(where, retry_after=_retry_after(answer))


def _retry_after(answer: httpx.Response) -> float | None:
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None
