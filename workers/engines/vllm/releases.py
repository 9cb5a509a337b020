"""Which releases of vLLM serve HunyuanOCR: what each needs, and from what that is known.

Of models that vLLM implements itself nothing is known by release but what concerns vLLM as such: the flags.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from bot.domain.errors import Misconfigured

PLUGIN: Final = "ocrbot-vllm"
UNTRIED_SETTING: Final = "OCRBOT_ENGINE__UNTRIED_VLLM"
_H100: Final = "an H100, 26 November 2026"
_CPU: Final = "the CPU, 26 November 2026"

Numbers = tuple[int, ...]
_NEVER: Final = (99,)
# From here on transformers itself keeps the pictures of one step apart.
_SPLIT: Final = (5, 20, 1)
# The piecewise CUDA graphs of 0.33 compute prefills of up to 512 tokens wrongly.
_NO_PIECEWISE: Final = ("--compilation-config", '{"cudagraph_mode":"FULL_DECODE_ONLY"}')
_FIRST_WITH_THE_MODEL: Final = (0, 18, 1)  # the first that the model's own guide names
_UNNUMBERED: Final = (0, 1)  # 0.1.dev…: a build from a checkout without tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of vLLM beside transformers from `since` on and before `before`: what it needs, and who says so."""

    vllm: Numbers
    since: Numbers = (0,)
    before: Numbers = _NEVER
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    needs_plugin: bool = False
    fault: str = ""  # why it is not started even so
    known_from: str  # "": nobody tried it

    @property
    def needs(self) -> str:
        """What it needs, in words; "" for nothing."""
        plugin = [f"the plugin {PLUGIN}"] if self.needs_plugin else []
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return ", ".join([*plugin, *variables, *([" ".join(self.flags)] if self.flags else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The vLLM that is installed, and what is beside it."""

    path: str
    version: str
    transformers: str
    has_plugin: bool


RELEASES: Final = (
    Release(vllm=(0, 33, 0), since=_SPLIT, flags=_NO_PIECEWISE, known_from=_H100),
    Release(vllm=(0, 33, 0), before=_SPLIT, flags=_NO_PIECEWISE, needs_plugin=True, known_from=_H100),
    Release(vllm=(0, 32, 0), since=_SPLIT, known_from=_H100),
    Release(vllm=(0, 32, 0), before=_SPLIT, needs_plugin=True, known_from=_CPU),
    Release(vllm=(0, 31, 0), before=_SPLIT, needs_plugin=True, known_from=_CPU),
    Release(vllm=(0, 30, 0), since=_SPLIT, known_from=_H100),
    Release(vllm=(0, 30, 0), before=_SPLIT, needs_plugin=True, known_from=_CPU),
    # It implements the model itself, which its newer model runner cannot run.
    Release(vllm=(0, 28, 0), environment=MappingProxyType({"VLLM_USE_V2_MODEL_RUNNER": "0"}), known_from=_H100),
)


def rows_of(vllm: str) -> tuple[Release, ...]:
    """Return what is known about a release of vLLM such as "0.32.0+cpu", () if nobody tried it."""
    return () if _is_preliminary(vllm) else tuple(row for row in RELEASES if row.vllm == _numbers(vllm)[:3])


def release_of(program: Program, *, native: bool = False, untried: bool = False) -> Release:
    """Return what the installed releases need; with `untried`, for those that nobody tried, a guess.

    With `native` it is for a model that vLLM implements itself, so that only the flags count. Otherwise raises
    `Misconfigured` if they cannot serve the model, or if nobody tried them and `untried` is not set.
    """
    if native:
        return _for_native(_numbers(program.version))
    described = f"vLLM {program.version} with transformers {program.transformers}"
    numbers, library = _numbers(program.version), _numbers(program.transformers)
    if numbers < _FIRST_WITH_THE_MODEL and numbers[:2] != _UNNUMBERED:
        raise Misconfigured(f"{described} cannot be used: it has not the model; install {PLUGIN} and vLLM {_newest()}")
    known = next((row for row in rows_of(program.version) if row.since <= library < row.before), None)
    if known is None and not untried:
        raise Misconfigured(
            f"nobody tried {described} with HunyuanOCR: install one of {tried()}, or set {UNTRIED_SETTING}=1 to start "
            "it all the same; no document goes to it before it has proven that it keeps pictures apart"
        )
    if known is None:
        return _guess(numbers)
    if known.fault:
        raise Misconfigured(f"{described} cannot be used: {known.fault}; install one of {tried()}")
    if known.needs_plugin and not program.has_plugin:
        raise Misconfigured(
            f"{described} needs the plugin {PLUGIN} beside it, or it mixes pictures up: install the group gpu "
            "(uv sync --group gpu), or pip install ./vllm_plugin where vLLM is"
        )
    return known


def tried() -> str:
    """Return the tried releases, the newest first, as a sentence lists them."""
    return ", ".join(dict.fromkeys(_name(row.vllm) for row in RELEASES if not row.fault))


def _guess(numbers: Numbers) -> Release:
    """Return what the tried release before this one needs, or the oldest one."""
    rows = [row for row in RELEASES if not row.fault and row.vllm <= numbers] or [RELEASES[-1]]
    return replace(rows[0], vllm=numbers, since=(0,), before=_NEVER, needs_plugin=False, known_from="")


def _for_native(numbers: Numbers) -> Release:
    return Release(vllm=numbers, flags=_guess(numbers).flags, known_from="")


def _newest() -> str:
    return _name(RELEASES[0].vllm)


def _name(numbers: Numbers) -> str:
    return ".".join(map(str, numbers))


def _is_preliminary(version: str) -> bool:
    return re.search(r"\d(a|b|rc)\d|dev", version.partition("+")[0]) is not None


def _numbers(version: str) -> Numbers:
    """Return the numbers of a version: of "0.32.0.post1+cu129" (0, 32, 0)."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[+a-z]", version, maxsplit=1)[0])) or (0,)
