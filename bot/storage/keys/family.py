"""What is declared about a key in Redis: the pattern of its name, its type and its time to live."""

import re
from dataclasses import dataclass
from enum import StrEnum

_PART = re.compile(r"\{(\w+)\}")


class RedisType(StrEnum):
    """The types of values, as the command TYPE names them."""

    STRING = "string"
    HASH = "hash"
    LIST = "list"
    SET = "set"
    SORTED_SET = "zset"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFamily:
    """One key, or all keys that share a pattern, whose parts stand in braces."""

    pattern: str
    type: RedisType
    seconds: int | None  # the longest time to live; None if there is none
    lifetime: str = ""  # the rule, where `seconds` is only the upper bound
    holds: str  # one sentence for operators, with the size if it may be large
    written_by: str  # modules of `bot.storage`
    if_deleted: str  # one sentence for operators: what happens then
    colons: tuple[str, ...] = ()  # the parts whose values may contain colons

    def key(self, *parts: str | int) -> str:
        """Return the key with these values for its parts, in order; raises `ValueError` if their number differs."""
        texts = re.split(r"\{\w+\}", self.pattern)
        return "".join(f"{text}{part}" for text, part in zip(texts, (*parts, ""), strict=True))

    @property
    def prefix(self) -> str:
        """The text before the only part, for scripts that build a key from an id in Redis."""
        return self.key("")

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts."""
        return tuple(_PART.findall(self.pattern))

    def matches(self, key: str) -> bool:
        """Return whether `key` belongs to this family."""
        texts_and_parts = _PART.split(self.pattern)  # a text, a part's name, a text, …
        texts, parts = map(re.escape, texts_and_parts[::2]), [*map(self._values_pattern, texts_and_parts[1::2]), ""]
        pattern = "".join(text + part for text, part in zip(texts, parts, strict=True))
        return re.fullmatch(pattern, key, re.DOTALL) is not None

    def _values_pattern(self, part: str) -> str:
        return ".+" if part in self.colons else "[^:]+"
