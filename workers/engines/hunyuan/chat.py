"""One question to HunyuanOCR in the words of vLLM's chat completions, and what is heard of its answer."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.document import Stop
from bot.domain.errors import Unavailable
from workers.engines.hunyuan.faults import fault
from workers.engines.hunyuan.profiles import Profile
from workers.engines.hunyuan.sse import ServerSentEvents

_DONE = b"[DONE]"
_STOPS: Final = {"stop": Stop.DONE, "length": Stop.LENGTH, "repetition": Stop.REPETITION}
_SERVER_ERROR = 500
_PLACE = "<picture>"
# Tokens to a piece, after the first: each piece costs 0.1 ms of CPU here, and more at the server. Known to vLLM 0.32;
# older ones ignore it and send each token by itself.
_INTERVAL = 16
# The model's publisher counts a pattern of up to 20 tokens that comes 8 times as a loop.
_REPETITION: Final = {"max_pattern_size": 20, "min_pattern_size": 1, "min_count": 8}

Picture = tuple[str, bytes]
"""A picture's media type and bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about one picture."""

    model: str
    profile: Profile
    prompt: str
    picture: Picture
    most_tokens: int
    priority: int | None  # None: not said
    detect_repetition: bool
    schema: Mapping[str, Any] | None = None

    def body(self) -> bytes:
        """Return the request's JSON. The picture is set in last: to quote a megabyte of base64 costs milliseconds."""
        kind, data = self.picture
        fields = {
            "messages": _messages(self.prompt, _PLACE),
            "model": self.model,
            **self.profile.sampling,
            "max_tokens": self.most_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "stream_interval": _INTERVAL,
            "skip_special_tokens": False,
            **({} if self.priority is None else {"priority": self.priority}),
            **({"repetition_detection": _REPETITION} if self.detect_repetition else {}),
            **({"response_format": _format(self.schema)} if self.schema is not None else {}),
        }
        head, _, tail = json.dumps(fields).encode().partition(_PLACE.encode())
        return b"".join((head, f"data:{kind};base64,".encode(), base64.b64encode(data), tail))


def messages(prompt: str, picture: Picture | None) -> list[dict[str, Any]]:
    """Return the conversation as the model was trained on it: an empty system message, the picture, the prompt."""
    if picture is None:
        return _messages(prompt, None)
    kind, data = picture
    return _messages(prompt, f"data:{kind};base64,{base64.b64encode(data).decode()}")


def _messages(prompt: str, address: str | None) -> list[dict[str, Any]]:
    picture = [] if address is None else [{"type": "image_url", "image_url": {"url": address}}]
    return [
        {"role": "system", "content": ""},
        {"role": "user", "content": [*picture, {"type": "text", "text": prompt}]},
    ]


def _format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "fields", "schema": schema}}


class Heard:
    """An answer as it comes in. `loops` gets each piece of text and tells whether the answer has run into a loop."""

    def __init__(self, url: str, loops: Callable[[str], bool]) -> None:
        self.url = url
        self._loops = loops
        self._events = ServerSentEvents()
        self._parts: list[str] = []
        self.stop: Stop | None = None  # why the answer is over, None while it is not
        self.begun = False  # whether a first token came
        self.whole = False  # whether the stream said that it is at its end

    @property
    def text(self) -> str:
        """What came so far."""
        return "".join(self._parts)

    def take(self, chunk: bytes) -> None:
        """Take some bytes of the stream; raises what an error in it means."""
        for data in self._events.feed(chunk):
            if data == _DONE:
                self.whole = True
            else:
                self._event(data)

    def _event(self, data: bytes) -> None:
        try:
            event = json.loads(data)
            if "error" in event:
                raise fault(self.url, _code(event), data)
            for choice in event["choices"]:
                # The piece that names the speaker comes before any token; a token may be without text.
                self.begun = self.begun or "role" not in choice["delta"]
                self._choice(choice["delta"].get("content") or "", choice.get("finish_reason"))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unavailable(f"{self.url} sent something else than a piece of an answer: {data[:200]!r}") from error

    def _choice(self, text: str, reason: str | None) -> None:
        if text:
            self._parts.append(text)
            if self._loops(text):
                self.stop = Stop.REPETITION
        if reason is not None and self.stop is None:
            self.stop = _STOPS.get(reason)
            if self.stop is None:
                raise Unavailable(f"{self.url} gave the answer up: {reason}")


def _code(event: Mapping[str, Any]) -> int:
    """Return the status in an error that came inside a stream."""
    error = event["error"]
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else _SERVER_ERROR
