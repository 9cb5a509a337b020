"""How to start `vllm serve` for a model: with which releases of vLLM, flags and environment."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What we know about the releases of vLLM from `first` up to the next row."""

    first: tuple[int, ...]
    flags: tuple[str, ...] = ()
    refused: str = ""  # why it is not started and what to do; "": it may be started


# One picture in each step of the encoder keeps the generic transformers backend from mixing pictures up.
_ONE_BY_ONE = ("--max-num-batched-tokens", "256")
_TOO_OLD = "HunyuanOCR's own guide names no release of vLLM before 0.18.1: install vllm>=0.32,<0.34"
# 0.28.0 implements the model itself and was found clean; 0.32.0 mixes pictures up without the flag and is clean with
# it, and 0.33 has the same code. Untried releases get the flag. The proof decides on each server.
RELEASES: Final = (
    Release(first=(0,), refused=_TOO_OLD),
    Release(first=(0, 1), flags=_ONE_BY_ONE),  # the version of a build from a checkout without tags
    Release(first=(0, 2), refused=_TOO_OLD),
    Release(first=(0, 18, 1), flags=_ONE_BY_ONE),
    Release(first=(0, 28, 0)),
    Release(first=(0, 28, 1), flags=_ONE_BY_ONE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One `vllm serve`: which model it serves, where, and with which token."""

    host: str
    port: int
    profile: Profile
    model: str  # a name on Hugging Face, or a folder
    revision: str = ""  # the commit; "": the newest
    token: str = ""

    @property
    def url(self) -> str:
        """The server's address on this machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{here}:{self.port}"


def known_release(version: str) -> Release:
    """Return what we know about a vLLM `version` such as "0.32.0+cpu"; raises `Misconfigured` if it is refused."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.split(r"[+a-z]", version, maxsplit=1)[0]))
    known = max((row for row in RELEASES if row.first <= (numbers or (0,))), key=lambda row: row.first)
    if known.refused:
        raise Misconfigured(f"vLLM {version} cannot be used: {known.refused}")
    return known


def served_names(launch: Launch) -> tuple[str, ...]:
    """Return the names under which the model is served; the first tells its version, if it has several."""
    profile = launch.profile
    versioned = f"{profile.repository}-{profile.version}" if profile.version else profile.repository
    return tuple(dict.fromkeys((versioned, profile.repository)))


def command_line(launch: Launch, version: str) -> list[str]:
    """Return the arguments for `vllm`; raises `Misconfigured` for a refused release.

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
        "--served-model-name", *served_names(launch),
        "--max-model-len", str(profile.context),
        "--limit-mm-per-prompt", _json({"image": 1}),
        *pixels,
        "--no-enable-prefix-caching", "--mm-processor-cache-gb", "0",
        "--scheduling-policy", "priority",
        "--structured-outputs-config", _json(structured),
        "--disable-uvicorn-access-log",
        *known_release(version).flags,
    ]  # fmt: skip


def environment(inherited: Mapping[str, str], token: str) -> dict[str, str]:
    """Return the server's environment: `inherited` without ocrbot's own settings, the token, and no outside contacts.

    The model must have been downloaded before.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith("OCRBOT_")}
    silent = {
        "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"
    }  # fmt: skip
    return {**kept, **silent, **({"VLLM_API_KEY": token} if token else {})}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
