"""The two generations of HunyuanOCR, as their publisher runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_MOST_TOKENS: Final = 16384  # of an answer, in the model's examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one generation samples, and the least and most pixels that it looks at."""

    name: str
    sampling: Mapping[str, float | int]
    least_pixels: int = 512 * 512
    most_pixels: int
    most_tokens: int = _MOST_TOKENS


V1_0: Final = Profile(
    name="1.0",
    sampling=MappingProxyType({"temperature": 0.0, "top_p": 1.0, "top_k": 1, "repetition_penalty": 1.0}),
    most_pixels=2048 * 2048,
)
V1_5: Final = Profile(
    name="1.5",
    sampling=MappingProxyType({"temperature": 0.0, "top_p": 1.0, "top_k": -1, "repetition_penalty": 1.08}),
    most_pixels=4096 * 4096,
)


def profile_of(*names: str) -> Profile:
    """Return the profile for a model by its names: what it is served as, the folder or repository it comes from.

    A name without a version means 1.5, which stands at the root of the model's repository since July 2026.
    """
    said = " ".join(names).lower().replace("_", ".")
    return V1_0 if any(mark in said for mark in ("v1.0", "-1.0", "/1.0")) else V1_5
