"""The parsers that an engine's profile may name: each brings raw answers into the notation that this package reads."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.engine_profile import ParserName
from workers.parsing.glm import glm_notation
from workers.parsing.tokens import clean

PARSERS: Final[Mapping[ParserName, Callable[[str], str]]] = MappingProxyType(
    {ParserName.HUNYUAN: clean, ParserName.GLM: glm_notation}
)
