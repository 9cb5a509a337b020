"""The client of HunyuanOCR on vLLM."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import httpx
import structlog
from PIL.Image import Image

from bot.domain.document import Reading, Stop
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from workers.engines.addresses import Addresses
from workers.engines.connections import Lines
from workers.engines.hunyuan.chat import Heard, Question
from workers.engines.hunyuan.faults import NoOrder, UnknownModel, fault
from workers.engines.hunyuan.loops import LoopGuard
from workers.engines.hunyuan.profiles import Profile
from workers.engines.hunyuan.server_info import Served, forget, served
from workers.engines.hunyuan.sizing import Bounds, encoded, image_tokens, sized, within
from workers.engines.notes import EngineNotes, MemoryEngineNotes

_NO_ORDER_SECONDS = 600.0  # for which it is remembered that an engine takes no priorities
_TEMPLATE_TOKENS = 64  # more than the chat template puts around a prompt
_LEAST_ANSWER = 4  # the part of a model's context that a picture leaves for the answer: one in so many

_log = structlog.get_logger("ocrbot.engines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """For how many seconds each stage of a reading is waited for, within the time of the whole."""

    connect: float = 5.0
    first_token: float = 90.0  # the line before a busy engine counts here
    next_token: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What `read` was asked for."""

    image: Image
    prompt: str
    request_id: str
    priority: int
    schema: Mapping[str, Any] | None
    deadline: float  # of `monotonic`


class Hunyuan:
    """An `Engine` that asks one of several vLLMs: of those in health and admitted the least busy.

    A reading that fails before its first token is tried at another address, not after. `admit` is called with an
    address before it is used and raises `Unavailable` or `Misconfigured` where it must not be, `doubt` when it failed.
    The model and its generation are the server's own unless given. Safe to build before a fork and to use from several
    threads.
    """

    name = "hunyuan"
    takes_prompts = True

    def __init__(  # noqa: PLR0913 - each has its default
        self,
        urls: Sequence[str],
        *,
        token: str = "",
        board: EngineNotes | None = None,
        admit: Callable[[str], None] | None = None,
        doubt: Callable[[str], None] | None = None,
        model: str = "",
        profile: Profile | None = None,
        patience: Patience | None = None,
    ) -> None:
        if not urls:
            raise Misconfigured("OCRBOT_ENGINE__URLS names no address")
        self._board = board or MemoryEngineNotes()
        self._addresses = Addresses([url.rstrip("/") for url in urls], self._board)
        self._admit = admit or _nothing
        self._doubt = doubt or _nothing
        self._model = model
        self._profile = profile
        self._patience = patience or Patience()
        self._lines = Lines(token=token, secure=any(url.startswith("https:") for url in urls))

    def read(  # noqa: PLR0913 - the Engine's, and the schema
        self,
        image: Image,
        prompt: str,
        *,
        request_id: str = "",
        timeout: float = 120.0,
        priority: int = 0,
        schema: Mapping[str, Any] | None = None,
    ) -> Reading:
        """Return what the model says of `image`, an upright RGB picture, when asked `prompt`.

        `text` is the model's, special tokens and all; there are no lines. With `schema` the answer is JSON of that
        JSON schema. When `timeout` seconds are over, what came until then and `Stop.TIME`. Raises `Refused`,
        `Unavailable` or `Misconfigured`. Leaving early, by any exception, ends the request on the server.
        """
        started = monotonic()
        wish = _Wish(
            image=image,
            prompt=prompt,
            request_id=request_id,
            priority=priority,
            schema=schema,
            deadline=started + timeout,
        )
        failures: list[OcrbotError] = []
        for url in self._addresses.in_order():
            heard = Heard(url, LoopGuard().feed)
            try:
                self._read_at(url, wish, heard)
            except (Unavailable, Misconfigured) as error:
                if heard.begun or monotonic() >= wish.deadline:
                    raise
                _log.warning("engine passed over", url=url, error=str(error), kind=type(error).__name__)
                failures.append(error)
            else:
                return Reading(text=heard.text, stop=heard.stop or Stop.DONE, seconds=monotonic() - started)
        raise min(failures, key=lambda error: isinstance(error, Misconfigured))

    def abandon(self) -> None:
        """End all readings of this process: each raises `Unavailable` in its own thread."""
        self._lines.cut()

    def close(self) -> None:
        """End all readings of this process and close the connections."""
        self._lines.close()

    def _read_at(self, url: str, wish: _Wish, heard: Heard) -> None:
        try:
            with self._addresses.busy(url):
                self._admit(url)
                self._ask_politely(url, self._question(url, wish), wish, heard)
        except UnknownModel:
            forget(self._board, url)
            raise
        except Unavailable as error:
            self._doubt(url)
            if monotonic() < wish.deadline:  # else it may be the time given that was too short
                self._addresses.failed(url, str(error), error.retry_after)
            raise
        self._addresses.worked(url)

    def _question(self, url: str, wish: _Wish) -> Question:
        facts = served(self._lines.http, self._board, url, seconds=self._patience.connect)
        profile = self._profile or facts.profile
        bounds, tokens = _fitting(wish, facts, profile)
        return Question(
            model=self._model or facts.model,
            profile=profile,
            prompt=wish.prompt,
            picture=encoded(sized(wish.image, bounds)),
            most_tokens=min(profile.most_tokens, facts.context - tokens),
            priority=None if self._board.get(f"no-order:{url}") is not None else wish.priority,
            detect_repetition=facts.detects_repetition,
            schema=wish.schema,
        )

    def _ask_politely(self, url: str, question: Question, wish: _Wish, heard: Heard) -> None:
        """Ask, and once more without a priority where the server takes none."""
        try:
            self._ask(url, question, wish, heard)
        except NoOrder:
            self._board.put(f"no-order:{url}", b"1", _NO_ORDER_SECONDS)
            self._ask(url, replace(question, priority=None), wish, heard)

    def _ask(self, url: str, question: Question, wish: _Wish, heard: Heard) -> None:
        left = wish.deadline - monotonic()
        if left <= 0:
            raise Unavailable(f"{url}: the time was over before the engine was asked")
        headers = {"X-Request-Id": wish.request_id} if wish.request_id else {}
        first = min(left, self._patience.first_token)
        # What comes later than a token is due is the deadline's to end; httpx has one time-out for every read.
        limits = httpx.Timeout(max(first, self._patience.next_token), connect=min(left, self._patience.connect))
        try:
            with self._lines.http.stream(
                "POST",
                f"{url}/v1/chat/completions",
                content=question.body(),
                headers={"Content-Type": "application/json", "Accept-Encoding": "identity", **headers},
                timeout=limits,
            ) as answer:
                if answer.status_code != httpx.codes.OK:
                    said = answer.read()
                    raise fault(url, answer.status_code, said, retry_after=answer.headers.get("Retry-After", ""))
                self._listen(answer, heard, wish.deadline, monotonic() + first)
        except httpx.TransportError as error:
            raise Unavailable(f"{url}: {type(error).__name__} {error}") from error
        if heard.stop is None:
            raise Unavailable(f"{url} broke the answer off")

    def _listen(self, answer: httpx.Response, heard: Heard, whole: float, first: float) -> None:
        """Hear the answer to its end, its loop or the end of the time."""
        with self._lines.until(min(first, whole), answer) as deadline:
            try:
                for chunk in answer.iter_raw():
                    heard.take(chunk)
                    if heard.stop is Stop.REPETITION and not heard.whole:
                        return
                    if heard.begun:
                        deadline.move(min(monotonic() + self._patience.next_token, whole))
            except httpx.TransportError:
                if not deadline.cut and not heard.whole:
                    raise
        if deadline.cut and heard.stop is None:
            self._cut_off(heard, whole)

    def _cut_off(self, heard: Heard, whole: float) -> None:
        if monotonic() < whole:
            stage = f"for {self._patience.next_token:g} s" if heard.begun else "before its first token"
            raise Unavailable(f"{heard.url} fell silent {stage}, or the reading was abandoned")
        if not heard.text:
            raise Unavailable(f"{heard.url} had not begun when the time was over")
        heard.stop = Stop.TIME


def _fitting(wish: _Wish, facts: Served, profile: Profile) -> tuple[Bounds, int]:
    """Return the pixels that leave room for an answer in the model's context, and the whole question's tokens."""
    asked = len(wish.prompt.encode()) + _TEMPLATE_TOKENS  # a token is a byte at the least
    room = facts.context - asked - facts.context // _LEAST_ANSWER
    bounds = within(wish.image.size, Bounds(least=profile.least_pixels, most=profile.most_pixels), room)
    return bounds, asked + image_tokens(wish.image.size, bounds)


def _nothing(_: str) -> None:
    return None
