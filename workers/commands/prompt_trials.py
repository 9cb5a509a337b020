"""Trial readings for `ocrbot prompts`: as a worker reads, recording the requests to the engine and its answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Failure, Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured, Refused, Unavailable
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt
from bot.domain.trials import UNAVAILABLE, Call, Trial
from workers.engines.base import USUAL, AskOptions, EncodedPicture, Engine, PictureForm, profile_of_engine
from workers.engines.vllm.chat import Question
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document


class Recorder:
    """An `Engine` that forwards requests to another one and records them with the answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._calls: list[Call] = []

    @property
    def name(self) -> str:
        """The other engine's name."""
        return self._engine.name

    @property
    def takes_prompts(self) -> bool:
        """Whether the other engine follows prompts."""
        return self._engine.takes_prompts

    @property
    def calls(self) -> tuple[Call, ...]:
        """The requests and answers so far."""
        return tuple(self._calls)

    def profile(self) -> Profile | None:
        """Return the other engine's profile."""
        return profile_of_engine(self._engine)

    def form(self) -> PictureForm:
        """Return the other engine's form."""
        return self._engine.form()

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the other engine's reading."""
        reading = self._engine.ask(picture, prompt, options=options)
        sent = prompt if self.takes_prompts else ""
        with self._lock:
            self._calls.append(Call(prompt=sent, width=picture.size[0], height=picture.size[1], reading=reading))
        return reading


class Trials:
    """The `Reader` of the console commands; `clock` gives Unix seconds."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    @property
    def engine(self) -> str:
        """The engine's name."""
        return self._engine.name

    @property
    def takes_prompts(self) -> bool:
        """Whether the engine follows prompts."""
        return self._engine.takes_prompts

    def read(
        self, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = (), *, companies: Sequence[Company] = ()
    ) -> Trial:
        """Read one file; one of the `candidates` may replace `prompt`. A file that cannot be read is a `Failure`."""
        recorder = Recorder(self._engine)
        today = datetime.fromtimestamp(self._clock(), CHINA).date()
        request = ReadRequest(
            file=identify(data),
            prompt=prompt,
            candidates=candidates,
            today=today,
            companies=companies,
            request_id="trial",
        )
        try:
            document = read_document(request, recorder)
        except Refused as error:
            return Trial(outcome=Failure(reason=error.reason, text=error.text), calls=recorder.calls)
        except Unavailable as error:
            failure = Failure(reason=UNAVAILABLE, text=texts.terminal.engine_unavailable(str(error)))
            return Trial(outcome=failure, calls=recorder.calls)
        return Trial(outcome=document, calls=recorder.calls)


def request(prompt: Prompt, profile: Profile) -> Mapping[str, Any]:
    """Return the JSON body of a request to `ocrbot engine` with this model, for a page without its picture.

    `max_tokens` is the upper limit; a large picture in a small context leaves less. Raises `Misconfigured` if the model
    cannot be asked for that.
    """
    text = profile.text_for(prompt)
    if text is None:
        raise Misconfigured(
            f"{prompt.name}: {profile.title} cannot be asked for that: its profile has no {prompt.task}"
        )
    question = Question(
        model=profile.served_name,
        profile=profile,
        prompt=text,
        picture=("image/png", b""),
        most_tokens=profile.most_tokens,
        priority=0,
        detect_repetition=True,
    )
    body: dict[str, Any] = json.loads(question.body())
    return body
