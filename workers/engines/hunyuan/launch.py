"""How `vllm serve` is started for HunyuanOCR: which releases of vLLM, with which flags, in which environment."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import Misconfigured
from workers.engines.hunyuan.profiles import V1_0, V1_5, Profile, profile_of

MODEL: Final = "tencent/HunyuanOCR"
REVISION_1_0: Final = "f6af82ee007fe6091b29fb3bb287b491ead41c82"  # the last commit of 1.0; 1.5 took its place after it
# Tokens, of the picture and of the answer: the largest picture is 4162 in 1.0 and 16 514 in 1.5.
_CONTEXT: Final = {V1_0.name: 16384, V1_5.name: 32768}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is known of the releases of vLLM from `first` on, up to the next row."""

    first: tuple[int, ...]
    flags: tuple[str, ...] = ()
    refused: str = ""  # why it is not started, with what to do


# One picture a step of the encoder: what keeps the generic transformers backend from mixing pictures up.
_ONE_BY_ONE = ("--max-num-batched-tokens", "256")
_TOO_OLD = "HunyuanOCR's own guide names no release of vLLM before 0.18.1: install vllm>=0.32,<0.34"
# 0.28.0 has an implementation of the model of its own and was found clean, 0.32.0 mixes pictures up without the flag
# and is clean with it, 0.33's code is the same. Releases that nobody tried get the flag; the proof decides on each.
RELEASES: Final = (
    Release(first=(0,), refused=_TOO_OLD),
    Release(first=(0, 1), flags=_ONE_BY_ONE),  # what a build from a checkout without tags calls itself
    Release(first=(0, 2), refused=_TOO_OLD),
    Release(first=(0, 18, 1), flags=_ONE_BY_ONE),
    Release(first=(0, 28, 0)),
    Release(first=(0, 28, 1), flags=_ONE_BY_ONE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One `vllm serve`: what is served, where, and what asks for it."""

    host: str
    port: int
    model: str = MODEL  # a name on the hub, or a folder
    revision: str = REVISION_1_0
    token: str = ""

    @property
    def profile(self) -> Profile:
        """The generation of the model."""
        pinned = self.model == MODEL and self.revision == REVISION_1_0
        return V1_0 if pinned else profile_of(self.model)

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}.get(self.host, self.host)  # noqa: S104 - is told apart, not bound
        return f"http://{here}:{self.port}"


def release(version: str) -> Release:
    """Return what is known of a release of vLLM, such as "0.32.0+cpu"; raises `Misconfigured` where it is refused."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.split(r"[+a-z]", version, maxsplit=1)[0]))
    known = max((row for row in RELEASES if row.first <= (numbers or (0,))), key=lambda row: row.first)
    if known.refused:
        raise Misconfigured(f"vLLM {version} cannot be used: {known.refused}")
    return known


def served_names(launch: Launch) -> tuple[str, ...]:
    """Return the names that the model answers to, first the one that says its generation."""
    return (f"{MODEL}-{launch.profile.name}", MODEL)


def command_line(launch: Launch, version: str) -> list[str]:
    """Return what follows the program's name; raises `Misconfigured` for a release that is refused.

    The token is not in it: other users of the machine see command lines.
    """
    structured = {"backend": "xgrammar", "disable_any_whitespace": True}
    revision = ["--revision", launch.revision] if launch.revision and not launch.model.startswith(("/", ".")) else []
    return [
        "serve", launch.model, *revision,
        "--host", launch.host.strip("[]"), "--port", str(launch.port),
        "--served-model-name", *served_names(launch),
        "--max-model-len", str(_CONTEXT[launch.profile.name]),
        "--limit-mm-per-prompt", _json({"image": 1}),
        "--mm-processor-kwargs", _json({"max_pixels": launch.profile.most_pixels}),
        "--no-enable-prefix-caching", "--mm-processor-cache-gb", "0",
        "--scheduling-policy", "priority",
        "--structured-outputs-config", _json(structured),
        "--disable-uvicorn-access-log",
        *release(version).flags,
    ]  # fmt: skip


def environment(inherited: Mapping[str, str], token: str) -> dict[str, str]:
    """Return the server's environment: the token, and nothing that talks to the outside.

    What ocrbot is told stays with ocrbot. The model was fetched beforehand.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith("OCRBOT_")}
    silent = {
        "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"
    }  # fmt: skip
    return {**kept, **silent, **({"VLLM_API_KEY": token} if token else {})}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
