"""What a vLLM says of itself, kept on the board so that not every job asks again."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from bot.domain.errors import Misconfigured, Unavailable
from workers.engines.hunyuan.chat import Picture, messages
from workers.engines.hunyuan.faults import fault
from workers.engines.hunyuan.profiles import Profile, profile_of
from workers.engines.notes import EngineNotes

_KEPT_SECONDS = 60.0
_REPETITION_SINCE = (0, 28)  # vLLM's repetition_detection


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A vLLM's model by its served name, where it comes from, its context in tokens, and vLLM's version."""

    model: str
    root: str
    context: int
    version: str

    @property
    def profile(self) -> Profile:
        """The generation of HunyuanOCR, by its names."""
        return profile_of(self.model, self.root)

    @property
    def detects_repetition(self) -> bool:
        """Whether the server can stop an answer that goes round in circles; builds without a number are new."""
        number = re.match(r"(\d+)\.(\d+)", self.version)
        return number is None or number[0] == "0.1" or (int(number[1]), int(number[2])) >= _REPETITION_SINCE


def served(http: httpx.Client, board: EngineNotes, url: str, *, seconds: float) -> Served:
    """Return what the vLLM at `url` serves, as the board or else the server itself has it.

    Raises `Unavailable` where it does not answer, `Misconfigured` where it refuses the key or is no vLLM.
    """
    note = board.get(_key(url))
    if note is not None:
        return Served(**json.loads(note))
    found = look(http, url, seconds=seconds)
    board.put(_key(url), json.dumps(asdict(found)).encode(), _KEPT_SECONDS)
    return found


def forget(board: EngineNotes, url: str) -> None:
    """Let the next one who asks look at the server itself."""
    board.drop(_key(url))


def look(http: httpx.Client, url: str, *, seconds: float) -> Served:
    """Ask the vLLM at `url` what it serves; raises as `served` does."""
    models, version = _get(http, f"{url}/v1/models", seconds), _get(http, f"{url}/version", seconds)
    try:
        first = models["data"][0]
        return Served(
            model=str(first["id"]),
            root=str(first.get("root") or ""),
            context=int(first["max_model_len"]),
            version=str(version["version"]),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS: {url} does not answer as a vLLM does") from error


def count_tokens(http: httpx.Client, url: str, model: str, prompt: str, picture: Picture | None = None) -> int:
    """Return how many tokens a question is to the server: the prompt, the template's own and the picture's.

    The same question with and without the picture differs by the picture's tokens. Raises as `served` does, and
    `Refused` for a picture that the server does not take.
    """
    question = {"model": model, "messages": messages(prompt, picture)}
    try:
        answer = http.post(f"{url}/tokenize", json=question, timeout=60.0)
    except httpx.TransportError as error:
        raise Unavailable(f"{url}: {type(error).__name__} {error}") from error
    return int(_json(answer, url)["count"])


def _key(url: str) -> str:
    return f"served:{url}"


def _get(http: httpx.Client, address: str, seconds: float) -> Any:
    try:
        return _json(http.get(address, timeout=seconds), address)
    except httpx.TransportError as error:
        raise Unavailable(f"{address}: {type(error).__name__} {error}") from error


def _json(answer: httpx.Response, address: str) -> Any:
    if answer.status_code != httpx.codes.OK:
        raise fault(address, answer.status_code, answer.content, retry_after=answer.headers.get("Retry-After", ""))
    try:
        return answer.json()
    except ValueError as error:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS: {address} does not answer as a vLLM does") from error
