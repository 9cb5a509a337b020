"""The client of a model on vLLM."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.domain.document import Reading, Stop
from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from workers.engines.addresses import Addresses
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.connections import Connections
from workers.engines.hedging import Asking, Attempt, HedgeAllowance, HedgedQuestion, Patience, worst
from workers.engines.network_loop import outcome
from workers.engines.notes import EngineNotes, MemoryEngineNotes
from workers.engines.picture_form import image_tokens
from workers.engines.signs_of_life import HEALTH_SECONDS, SignsOfLife
from workers.engines.usual_times import UsualTimes
from workers.engines.vllm.chat import Question, StreamedAnswer
from workers.engines.vllm.faults import PriorityUnsupported, UnknownModel
from workers.engines.vllm.loops import LoopGuard
from workers.engines.vllm.server_info import ServerInfo, cached_server_info, forget_server_info
from workers.engines.vllm.sizing import answer_tokens, picture_form
from workers.engines.vllm.stream import Due, StreamedExchange

if TYPE_CHECKING:
    from concurrent.futures import Future

_NO_PRIORITY_SECONDS = 600.0  # for which we remember that an engine takes no priorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How many seconds each stage of a reading may take, within the time for the whole reading."""

    connect: float = 5.0
    first_token: float = 90.0  # includes the time in a busy engine's queue
    next_token: float = 20.0
    late: float = 5.0  # before which nothing is late: see `workers.engines.hedging`
    health: float = HEALTH_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inquiry:
    """The arguments of one `ask`."""

    picture: EncodedPicture
    prompt: str
    options: AskOptions
    schema: Mapping[str, Any] | None
    deadline: float  # in seconds of `monotonic`


class VllmEngine:
    """An `Engine` that reads with one of several vLLMs: the least busy of those that are healthy and admitted.

    A reading that fails before its first token is tried at the next address; one that fails later is not. One that is
    late is asked at a second address too, and the first answer counts; `hedged` gets what came of it. `admit` is
    called with an address before each use and raises `Unavailable` or `Misconfigured` if it must not be used; `recheck`
    is called with an address that failed. The model is the server's own unless given, and so is its profile, which is
    then looked for among `profiles`; all addresses serve one model. Safe to build before a fork and to use from several
    threads.
    """

    takes_prompts = True

    def __init__(  # noqa: PLR0913 - each has its default
        self,
        urls: Sequence[str],
        *,
        token: str = "",
        notes: EngineNotes | None = None,
        admit: Callable[[str], None] | None = None,
        recheck: Callable[[str], None] | None = None,
        model: str = "",
        profile: Profile | None = None,
        profiles: Sequence[Profile] = (),
        timeouts: Timeouts | None = None,
        hedged: Callable[[str], None] | None = None,
    ) -> None:
        if not urls:
            raise Misconfigured("OCRBOT_ENGINE__URLS names no address")
        self._notes = notes or MemoryEngineNotes()
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._addresses = Addresses(self._urls, self._notes)
        self._admit = admit or _do_nothing
        self._recheck = recheck or _do_nothing
        self._model = model
        self._profile = profile
        self._profiles = tuple(profiles)
        self._timeouts = timeouts or Timeouts()
        self._usual = UsualTimes(least=self._timeouts.late)
        self._signs = SignsOfLife(addresses=self._addresses, notes=self._notes, seconds=self._timeouts.health)
        self._allowance = HedgeAllowance()
        self._hedged = hedged or _do_nothing
        self._connections = Connections(token=token, secure=any(url.startswith("https:") for url in urls))

    @property
    def name(self) -> str:
        """The name of the profile's engine; "vllm" if the profile is the server's own."""
        return self._profile.engine if self._profile is not None else "vllm"

    def profile(self) -> Profile:
        """Return the profile that was given, else that of the first address that answers; raises as `form` does."""
        return self._profile or self._first()[1]

    def form(self) -> PictureForm:
        """Return the form for the first address that answers.

        Addresses that serve different versions or contexts want different forms: the others scale what they are sent.
        Raises `Unavailable` if none answers, `Misconfigured` if no profile knows its model.
        """
        info, profile = self._first()
        return picture_form(profile, info.context, turns=info.turns_pictures)

    def ask(
        self,
        picture: EncodedPicture,
        prompt: str,
        *,
        options: AskOptions = USUAL,
        schema: Mapping[str, Any] | None = None,
    ) -> Reading:
        """Return the model's answer to `prompt` about `picture`.

        The reading's `text` is as the model wrote it, with special tokens; it has no lines. With `schema` the answer
        is JSON of that JSON schema. After the time-out the reading is what came until then, with `Stop.TIME`.
        Raises `Refused`, `Unavailable` or `Misconfigured`. An exception that ends the call early, whatever it is,
        also ends the request on the server.
        """
        started = monotonic()
        call = _Inquiry(
            picture=picture,
            prompt=prompt,
            options=options,
            schema=schema,
            deadline=started + options.timeout,
        )
        late = self._usual.late_after(_pixels(picture))
        question = HedgedQuestion(
            urls=self._addresses.in_order(),
            ask_at=partial(self._ask_at, call),
            patience=Patience(first=late, more=self._timeouts.late, deadline=call.deadline),
            allowance=self._allowance,
            is_gone=self._is_gone,
            told=self._hedged,
        )
        return replace(question.answer(), seconds=monotonic() - started)

    def close(self) -> None:
        """End all readings of this process, which raise `Unavailable` to their callers, and close its connections."""
        self._connections.close()

    def _ask_at(self, call: _Inquiry, attempt: Attempt) -> Asking:
        url, answer = attempt.url, StreamedAnswer(attempt.url, LoopGuard().feed)
        try:
            with self._addresses.busy(url):
                self._admit(url)
                yield from self._post_dropping_priority(self._question_for(url, call), call, attempt, answer)
        except UnknownModel:
            forget_server_info(self._notes, url)
            raise
        except Unavailable as error:
            self._note_failure(url, error, call)
            raise
        self._addresses.worked(url)
        self._usual.add(_pixels(call.picture), attempt.seconds_until_begun)
        return Reading(text=answer.text, stop=answer.stop or Stop.DONE, tokens=answer.tokens)

    def _note_failure(self, url: str, error: Unavailable, call: _Inquiry) -> None:
        self._recheck(url)
        if monotonic() < call.deadline:  # otherwise the time-out may have been too short
            self._addresses.failed(url, str(error), error.retry_after)

    def _is_gone(self, url: str) -> bool:
        gone = self._signs.is_gone(url, lambda: self._connections.http)
        if gone:
            self._recheck(url)
        return gone

    def _question_for(self, url: str, call: _Inquiry) -> Question:
        info = self._served(url)
        profile = self._profile_at(url, info)
        tokens = image_tokens(call.picture.size, picture_form(profile, info.context))
        return Question(
            model=self._model or info.model,
            profile=profile,
            prompt=call.prompt,
            picture=(call.picture.media_type, call.picture.data),
            most_tokens=_capped(
                answer_tokens(profile, info.context, picture=tokens, prompt=call.prompt), call.options.most_tokens
            ),
            priority=None if self._notes.get(f"no-priority:{url}") is not None else call.options.priority,
            detect_repetition=info.detects_repetition,
            schema=call.schema,
        )

    def _served(self, url: str) -> ServerInfo:
        return cached_server_info(self._connections.http, self._notes, url, seconds=self._timeouts.connect)

    def _first(self) -> tuple[ServerInfo, Profile]:
        """Return what the first address that answers serves; raises as `form` does."""
        failures: list[OcrbotError] = []
        for url in self._addresses.usable():
            try:
                info = self._served(url)
                return info, self._profile or info.profile_among(self._profiles)
            except (Unavailable, Misconfigured) as error:
                failures.append(error)
                if isinstance(error, Unavailable):
                    self._addresses.failed(url, str(error), error.retry_after)
        raise worst(failures)

    def _profile_at(self, url: str, info: ServerInfo) -> Profile:
        """Return the profile of the model at `url`; raises `Misconfigured` if the other addresses serve another model.

        A page is worded for one model, and its answers are parsed for it.
        """
        if self._profile is not None:
            return self._profile
        profile, first = info.profile_among(self._profiles), self.profile()
        if profile.engine != first.engine:
            raise Misconfigured(
                f"OCRBOT_ENGINE__URLS: {url} serves {profile.title}, another address {first.title}; a deployment reads "
                "with one model"
            )
        return profile

    def _post_dropping_priority(
        self, question: Question, call: _Inquiry, attempt: Attempt, answer: StreamedAnswer
    ) -> Generator["Future[None]", None, None]:
        """Ask, and ask again without a priority if the server takes none."""
        try:
            yield from self._post(question, call, attempt, answer)
        except PriorityUnsupported:
            self._notes.put(f"no-priority:{attempt.url}", b"1", _NO_PRIORITY_SECONDS)
            yield from self._post(replace(question, priority=None), call, attempt, answer)

    def _post(
        self, question: Question, call: _Inquiry, attempt: Attempt, answer: StreamedAnswer
    ) -> Generator["Future[None]", None, None]:
        now = monotonic()
        left = call.deadline - now
        if left <= 0:
            raise Unavailable(f"{attempt.url}: the time was over before the engine was asked")
        stream = StreamedExchange(
            question=question,
            headers={"X-Request-Id": call.options.request_id} if call.options.request_id else {},
            due=Due(
                whole=call.deadline,
                first=now + self._timeouts.first_token,
                next=self._timeouts.next_token,
                connect=min(left, self._timeouts.connect),
            ),
            heard=attempt.hear,
        )
        attempt.sent()
        yield from outcome(self._connections.begin(lambda session: stream.receive(session, answer)), attempt.url)


def _capped(most: int, wanted: int | None) -> int:
    return most if wanted is None else min(most, wanted)


def _pixels(picture: EncodedPicture) -> int:
    return picture.size[0] * picture.size[1]


def _do_nothing(_: str) -> None:
    return None
