"""A request to a model in the form of vLLM's chat completions, and its streamed answer."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from bot.domain.document import Stop
from bot.domain.engine_profile import Profile
from bot.domain.errors import Unavailable
from workers.engines.vllm.faults import vllm_error
from workers.engines.vllm.sse import ServerSentEvents

_DONE = b"[DONE]"
_STOPS: Final = {"stop": Stop.DONE, "length": Stop.LENGTH, "repetition": Stop.REPETITION}
_SERVER_ERROR = 500
_PICTURE_MARK = "<picture>"
# Each piece of the stream costs 0.1 ms of CPU here and more on the server. vLLM 0.32 knows the option; older releases
# ignore it and send every token by itself. The first token always comes alone.
_TOKENS_PER_PIECE = 16

Picture = tuple[str, bytes]
"""A picture's media type and bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the model is asked about one picture."""

    model: str
    profile: Profile
    prompt: str
    picture: Picture
    most_tokens: int
    priority: int | None  # None: the request names none
    detect_repetition: bool
    schema: Mapping[str, Any] | None = None

    def body(self) -> bytes:
        """Return the request's JSON. The picture goes in last: to escape a megabyte of base64 takes milliseconds."""
        kind, data = self.picture
        repetition = self.profile.repetition if self.detect_repetition else None
        fields = {
            "messages": _messages(self.prompt, _PICTURE_MARK, self.profile.system),
            "model": self.model,
            **self.profile.sampling,
            "max_tokens": self.most_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "stream_interval": _TOKENS_PER_PIECE,
            "skip_special_tokens": False,
            **({} if self.priority is None else {"priority": self.priority}),
            **({"stop": list(self.profile.stop)} if self.profile.stop else {}),
            **({"repetition_detection": asdict(repetition)} if repetition is not None else {}),
            **({"response_format": _response_format(self.schema)} if self.schema is not None else {}),
        }
        head, _, tail = json.dumps(fields).encode().partition(_PICTURE_MARK.encode())
        return b"".join((head, f"data:{kind};base64,".encode(), base64.b64encode(data), tail))


def messages(prompt: str, picture: Picture, *, system: str | None = "") -> list[dict[str, Any]]:
    """Return the messages as in the models' training: the system message, if any, then the picture and the prompt."""
    kind, data = picture
    return _messages(prompt, f"data:{kind};base64,{base64.b64encode(data).decode()}", system)


def _messages(prompt: str, address: str, system: str | None) -> list[dict[str, Any]]:
    picture = {"type": "image_url", "image_url": {"url": address}}
    question = {"role": "user", "content": [picture, {"type": "text", "text": prompt}]}
    return [question] if system is None else [{"role": "system", "content": system}, question]


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "fields", "schema": schema}}


class StreamedAnswer:
    """An answer as it comes in. `loops` takes each piece of text and returns whether the answer has run into a loop."""

    def __init__(self, url: str, loops: Callable[[str], bool]) -> None:
        self.url = url
        self._loops = loops
        self._events = ServerSentEvents()
        self._parts: list[str] = []
        self.stop: Stop | None = None  # why the answer ended; None until then
        self.started = False  # whether a first token has come
        self.ended = False  # whether the stream announced its end
        self.tokens = 0  # of the answer, as the server counts them at its end

    @property
    def text(self) -> str:
        """The text received so far."""
        return "".join(self._parts)

    def feed(self, chunk: bytes) -> None:
        """Take some bytes of the stream; raises what an error in it means, `Unavailable` if it is unreadable."""
        for data in self._events.feed(chunk):
            if data == _DONE:
                self.ended = True
            else:
                self._take_event(data)

    def _take_event(self, data: bytes) -> None:
        try:
            event = json.loads(data)
            if "error" in event:
                raise vllm_error(self.url, _error_status(event), data)
            for choice in event["choices"]:
                # The piece that names the role comes before any token, and a token may have no text.
                self.started = self.started or "role" not in choice["delta"]
                self._take_choice(choice["delta"].get("content") or "", choice.get("finish_reason"))
            if usage := event.get("usage"):
                self.tokens = int(usage.get("completion_tokens") or 0)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unavailable(f"{self.url} sent something other than a piece of an answer: {data[:200]!r}") from error

    def _take_choice(self, text: str, reason: str | None) -> None:
        if text:
            self._parts.append(text)
            if self._loops(text):
                self.stop = Stop.REPETITION
        if reason is not None and self.stop is None:
            self.stop = _STOPS.get(reason)
            if self.stop is None:
                raise Unavailable(f"{self.url} gave the answer up: {reason}")


def _error_status(event: Mapping[str, Any]) -> int:
    """Return the HTTP status that an error inside a stream names."""
    error = event["error"]
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else _SERVER_ERROR
