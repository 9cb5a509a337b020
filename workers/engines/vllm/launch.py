"""How to start `vllm serve` for HunyuanOCR: with which flags and environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from workers.engines.vllm.generation import SERVED, generation_of, served_name
from workers.engines.vllm.model_files import read_model_files
from workers.engines.vllm.profiles import V1_0, V1_5, Profile
from workers.engines.vllm.releases import Release

MODEL: Final = SERVED
REVISION_1_0: Final = "f6af82ee007fe6091b29fb3bb287b491ead41c82"  # the last commit of 1.0: the next one brought 1.5
START_SIGN: Final = "ocrbot-start-"  # and a random part: a served name that is new at each start
# Tokens, of the picture and of the answer: the largest picture is 4162 in 1.0 and 16 514 in 1.5.
_CONTEXT: Final = {V1_0.name: 16384, V1_5.name: 32768}
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
    model: str = MODEL  # a name on Hugging Face, or a folder
    revision: str = REVISION_1_0
    profile: Profile = V1_0  # of the model
    token: str = ""
    api_servers: int = 1

    @property
    def url(self) -> str:
        """The server's address on this machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{here}:{self.port}"


def model_profile(model: str, revision: str, variables: Mapping[str, str]) -> Profile:
    """Return the profile of a model: that of the pinned commit, else what the model's own files tell.

    `variables` is the environment, which says where downloaded models lie. Raises `Misconfigured` if the files are not
    there or fit no generation.
    """
    if (model, revision) == (MODEL, REVISION_1_0):
        return V1_0
    files = read_model_files(model, revision, variables)
    return generation_of(files.config, files.generation)


def api_server_count(cores: int) -> int:
    """Return how many processes prepare pictures for one engine on a machine with so many cores, 1 to 4."""
    return max(1, min(_MOST_API_SERVERS, (cores - _CORES_BESIDE) // 2))


def new_start_sign() -> str:
    """Return a served name that tells this start of a server from all others."""
    return f"{START_SIGN}{uuid4().hex}"


def served_names(launch: Launch) -> tuple[str, ...]:
    """Return the names under which the model is served; the first tells its generation."""
    return (served_name(launch.profile), MODEL)


def command_line(launch: Launch, release: Release, start_sign: str) -> list[str]:
    """Return the arguments for `vllm`.

    They lack the token, because other users of the machine can see command lines.
    """
    structured = {"backend": "xgrammar", "disable_any_whitespace": True}
    revision = ["--revision", launch.revision] if launch.revision and not launch.model.startswith(("/", ".")) else []
    return [
        "serve", launch.model, *revision,
        "--host", launch.host.strip("[]"), "--port", str(launch.port),
        "--served-model-name", *served_names(launch), start_sign,
        "--max-model-len", str(_CONTEXT[launch.profile.name]),
        "--limit-mm-per-prompt", _json({"image": 1}),
        "--mm-processor-kwargs", _json({"max_pixels": launch.profile.most_pixels}),
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
