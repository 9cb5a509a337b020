"""The two generations of HunyuanOCR, with the settings of their publisher."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_MOST_TOKENS: Final = 16384  # of an answer, in the model's examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one generation samples, and between how many pixels it sees a picture."""

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
