"""How to start `vllm serve` for a model: with which flags and environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from bot.domain.engine_profile import Profile
from workers.engines.vllm.releases import Release

START_SIGN: Final = "ocrbot-start-"  # and a random part: a served name that is new at each start
SILENT: Final[Mapping[str, str]] = MappingProxyType(
    {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
)
_CORES_BESIDE: Final = 2  # that the engine's own process keeps busy, and what else runs there
_MOST_API_SERVERS: Final = 4  # 8 were no faster on 16 cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One `vllm serve`: which model it serves, where, with which token and how many processes for its API."""

    host: str
    port: int
    profile: Profile
    model: str  # a name on Hugging Face, or a folder
    revision: str = ""  # the commit; "": the newest
    token: str = ""
    api_servers: int = 1

    @property
    def url(self) -> str:
        """The server's address on this machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{here}:{self.port}"


def api_server_count(cores: int) -> int:
    """Return how many processes prepare pictures for one engine on a machine with so many cores, 1 to 4."""
    return max(1, min(_MOST_API_SERVERS, (cores - _CORES_BESIDE) // 2))


def new_start_sign() -> str:
    """Return a served name that tells this start of a server from all others."""
    return f"{START_SIGN}{uuid4().hex}"


def served_names(launch: Launch) -> tuple[str, ...]:
    """Return the names under which the model is served; the first tells its version, if it has several."""
    return tuple(dict.fromkeys((launch.profile.served_name, launch.profile.repository)))


def command_line(launch: Launch, release: Release, start_sign: str) -> list[str]:
    """Return the arguments for `vllm`.

    They lack the token, because other users of the machine can see command lines.
    """
    profile = launch.profile
    most = {"max_pixels": profile.most_pixels}
    pixels = ["--mm-processor-kwargs", _json(most)] if profile.limits_pixels_by_flag else []
    structured = {"backend": "xgrammar", "disable_any_whitespace": True}
    revision = ["--revision", launch.revision] if launch.revision and not launch.model.startswith(("/", ".")) else []
    return [
        "serve", launch.model, *revision,
        "--host", launch.host.strip("[]"), "--port", str(launch.port),
        "--served-model-name", *served_names(launch), start_sign,
        "--max-model-len", str(profile.context),
        "--limit-mm-per-prompt", _json({"image": 1}),
        *pixels,
        "--no-enable-prefix-caching", "--mm-processor-cache-gb", "0",
        "--scheduling-policy", "priority",
        "--structured-outputs-config", _json(structured),
        "--api-server-count", str(launch.api_servers),
        "--disable-uvicorn-access-log",
        *release.flags,
    ]  # fmt: skip


def environment(inherited: Mapping[str, str], token: str, release: Release) -> dict[str, str]:
    """Return the server's environment: `inherited` without ocrbot's own settings, the token, and no outside contacts.

    The model must have been downloaded before.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith("OCRBOT_")}
    return {**kept, **SILENT, **release.environment, **({"VLLM_API_KEY": token} if token else {})}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
