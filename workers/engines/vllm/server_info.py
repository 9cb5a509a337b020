"""What a vLLM serves: asked from the server and cached in notes, so that not every job asks again."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from bot.domain.engine_profile import Profile, ProfileChoice, UnknownProfile
from bot.domain.errors import Misconfigured, Unavailable
from workers.engines.notes import EngineNotes
from workers.engines.vllm.faults import vllm_error
from workers.engines.vllm.launch import START_SIGN

_KEPT_SECONDS = 60.0
_REPETITION_SINCE = (0, 28)  # vLLM's repetition_detection
_TURNING_SINCE = (0, 28)  # the oldest whose reading of pictures was looked at; it heeds their EXIF orientation


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """A vLLM's model by its first served name, the model's origin (`root`), its context in tokens, and vLLM's version.

    `names` are all names under which it is served. `start_sign` is one that is new at each start, "" if the server was
    not started by `ocrbot engine`.
    """

    url: str
    model: str
    names: tuple[str, ...]
    root: str
    context: int
    version: str
    start_sign: str = ""

    def profile_among(self, profiles: Sequence[Profile]) -> Profile:
        """Return the profile that knows the model by its names; raises `UnknownProfile` if none does."""
        return self.profile_by(ProfileChoice(profiles=tuple(profiles)))

    def profile_by(self, choice: ProfileChoice) -> Profile:
        """Return the profile that a deployment chooses for the model; raises `UnknownProfile` if there is none.

        Only names count: where the model's files lie (`root`), only the server can read them.
        """
        try:
            return choice.of(*self.names)
        except UnknownProfile as error:
            raise UnknownProfile(f"{self.url}: {error}") from error

    @property
    def detects_repetition(self) -> bool:
        """Whether the server can stop an answer that repeats itself."""
        return self._is_since(_REPETITION_SINCE)

    @property
    def turns_pictures(self) -> bool:
        """Whether the server turns pictures upright by their EXIF orientation."""
        return self._is_since(_TURNING_SINCE)

    def _is_since(self, release: tuple[int, int]) -> bool:
        """Return whether the server is of `release` or later. Builds without a version number count as new."""
        number = re.match(r"(\d+)\.(\d+)", self.version)
        return number is None or number[0] == "0.1" or (int(number[1]), int(number[2])) >= release


def cached_server_info(http: httpx.Client, notes: EngineNotes, url: str, *, seconds: float) -> ServerInfo:
    """Return what the vLLM at `url` serves, from `notes` or else from the server.

    Raises `Unavailable` if it does not answer within `seconds`, `Misconfigured` if it refuses the token or is no vLLM.
    """
    note = notes.get(_note_key(url))
    if note is not None:
        kept = json.loads(note)
        return ServerInfo(**{**kept, "names": tuple(kept["names"])})
    found = fetch_server_info(http, url, seconds=seconds)
    notes.put(_note_key(url), json.dumps(asdict(found)).encode(), _KEPT_SECONDS)
    return found


def forget_server_info(notes: EngineNotes, url: str) -> None:
    """Have the next `cached_server_info` ask the server."""
    notes.drop(_note_key(url))


def fetch_server_info(http: httpx.Client, url: str, *, seconds: float) -> ServerInfo:
    """Ask the vLLM at `url` what it serves; raises as `cached_server_info` does."""
    models, version = _fetch_json(http, f"{url}/v1/models", seconds), _fetch_json(http, f"{url}/version", seconds)
    try:
        first, names = models["data"][0], _served_names(models)
        return ServerInfo(
            url=url,
            model=str(first["id"]),
            names=names,
            root=str(first.get("root") or ""),
            context=int(first["max_model_len"]),
            version=str(version["version"]),
            start_sign=_start_sign(names),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS: {url} does not answer as a vLLM does") from error


def fetch_start_sign(http: httpx.Client, url: str, *, seconds: float) -> str:
    """Ask the vLLM at `url` for what tells this start from all others; raises as `cached_server_info` does.

    "" if it was not started by `ocrbot engine`. All its processes for the API give the same.
    """
    try:
        return _start_sign(_served_names(_fetch_json(http, f"{url}/v1/models", seconds)))
    except (LookupError, TypeError) as error:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS: {url} does not answer as a vLLM does") from error


def _served_names(models: Any) -> tuple[str, ...]:
    return tuple(str(card["id"]) for card in models["data"])


def _start_sign(names: tuple[str, ...]) -> str:
    return next((name for name in names if name.startswith(START_SIGN)), "")


def _note_key(url: str) -> str:
    return f"served:{url}"


def _fetch_json(http: httpx.Client, address: str, seconds: float) -> Any:
    try:
        return _json_of(http.get(address, timeout=seconds), address)
    except httpx.TransportError as error:
        raise Unavailable(f"{address}: {type(error).__name__} {error}") from error


def _json_of(answer: httpx.Response, address: str) -> Any:
    if answer.status_code != httpx.codes.OK:
        raise vllm_error(address, answer.status_code, answer.content, retry_after=answer.headers.get("Retry-After", ""))
    try:
        return answer.json()
    except ValueError as error:
        raise Misconfigured(f"OCRBOT_ENGINE__URLS: {address} does not answer as a vLLM does") from error
