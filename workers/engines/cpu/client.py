"""The client of the embedded engine's service."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import NoReturn

import aiohttp

from bot.domain import texts, wire
from bot.domain.document import Reading
from bot.domain.errors import Misconfigured, Refused, Unavailable, Undecodable
from workers.engines.addresses import Addresses
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.connections import Connections
from workers.engines.cpu.form import CPU_FORM, PRIORITY_HEADER, SIZE_HEADER
from workers.engines.hedging import Asking, Attempt, HedgeAllowance, HedgedQuestion, Patience
from workers.engines.network_loop import HttpAnswer, outcome, post
from workers.engines.notes import MemoryEngineNotes
from workers.engines.signs_of_life import HEALTH_SECONDS, SignsOfLife
from workers.engines.usual_times import UsualTimes

_CONNECT_SECONDS = 5.0
_GRACE_SECONDS = 15.0  # for the transfer, on top of the time that the service has for a page
_LATE_SECONDS = 10.0  # before which nothing is late: see `workers.engines.hedging`


class Rapid:
    """An `Engine` at one or several addresses; if one is unreachable or busy, the next is tried.

    A reading that is late is asked for at a second address too, and the first answer counts; `hedged` gets what came of
    it.
    """

    name = "rapid"
    takes_prompts = False

    def __init__(
        self,
        urls: Sequence[str],
        *,
        token: str = "",
        hedged: Callable[[str], None] | None = None,
        late: float = _LATE_SECONDS,
        health: float = HEALTH_SECONDS,
    ) -> None:
        if not urls:
            raise Misconfigured("OCRBOT_ENGINE__URLS names no address")
        notes = MemoryEngineNotes()
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._addresses = Addresses(self._urls, notes)
        self._signs = SignsOfLife(addresses=self._addresses, notes=notes, seconds=health)
        self._usual = UsualTimes(least=late)
        self._allowance = HedgeAllowance()
        self._hedged = hedged or _do_nothing
        self._connections = Connections(token=token, secure=any(url.startswith("https:") for url in self._urls))

    def form(self) -> PictureForm:
        """Return the form of a picture whose every pixel is kept."""
        return CPU_FORM

    def ask(
        self,
        picture: EncodedPicture,
        prompt: str,  # noqa: ARG002 - part of `Engine.ask`
        *,
        options: AskOptions = USUAL,
    ) -> Reading:
        """Return the lines on `picture`, as `LocalRapid.ask` does.

        Raises `Refused` for a picture that the service does not accept, `Unavailable` if no address answers,
        `Misconfigured` for a wrong token or address.
        """
        late = self._usual.late_after(len(picture.data))
        return HedgedQuestion(
            urls=self._addresses.in_order(),
            ask_at=partial(self._ask_at, picture, options),
            patience=Patience(first=late, more=late, deadline=monotonic() + options.timeout + _GRACE_SECONDS),
            allowance=self._allowance,
            is_gone=partial(self._signs.is_gone, http=lambda: self._connections.http),
            told=self._hedged,
        ).answer()

    def _ask_at(self, picture: EncodedPicture, options: AskOptions, attempt: Attempt) -> Asking:
        headers = {
            "X-Request-Id": options.request_id,
            "X-Timeout": f"{options.timeout:g}",
            "Content-Type": picture.media_type,
            SIZE_HEADER: f"{picture.size[0]}x{picture.size[1]}",
            PRIORITY_HEADER: str(options.priority),
        }
        limits = aiohttp.ClientTimeout(sock_read=options.timeout + _GRACE_SECONDS, sock_connect=_CONNECT_SECONDS)
        url = attempt.url

        async def exchange(session: aiohttp.ClientSession) -> HttpAnswer:
            try:
                return await post(session, f"{url}/v1/read", picture.data, headers=headers, limits=limits)
            except aiohttp.SocketTimeoutError as error:
                raise Unavailable(f"{url} took longer than {options.timeout:g} s") from error

        attempt.sent()
        with self._addresses.busy(url):
            answer = yield from outcome(self._connections.begin(exchange), url)
        reading = _decode_reading(answer)
        attempt.hear()
        self._addresses.worked(url)
        self._usual.add(len(picture.data), attempt.seconds_until_begun)
        return reading

    def close(self) -> None:
        """End all readings of this process, which raise `Unavailable` to their callers, and close its connections."""
        self._connections.close()


def _decode_reading(answer: HttpAnswer) -> Reading:
    if answer.status != HTTPStatus.OK:
        _raise_error(answer)
    try:
        return wire.decode(Reading, answer.body)
    except Undecodable as error:
        raise Misconfigured(f"{answer.url} does not answer as an ocrbot engine does: {error}") from error


def _raise_error(answer: HttpAnswer) -> NoReturn:
    where = f"{answer.url}: {answer.status} {answer.body[:200].decode(errors='replace')}"
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Misconfigured(f"OCRBOT_ENGINE__TOKEN is not the engine's: {where}")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS names something other than an ocrbot engine: {where}")
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise Refused("picture_too_large", texts.unreadable.picture_too_large_for_engine())
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise Refused("picture_broken", texts.unreadable.picture_broken())
    raise Unavailable(where, retry_after=float(answer.retry_after) if answer.retry_after.isdecimal() else None)


def _do_nothing(_: str) -> None:
    return None
