"""What a key in Redis is declared as: how its name is made, its type, how long it stays."""

import re
from dataclasses import dataclass
from enum import StrEnum

_PART = re.compile(r"\{(\w+)\}")


class RedisType(StrEnum):
    """The types of values, as the command TYPE answers them."""

    STRING = "string"
    HASH = "hash"
    LIST = "list"
    SET = "set"
    SORTED_SET = "zset"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFamily:
    """One key, or all keys that are made by one pattern, whose parts stand in braces."""

    pattern: str
    type: RedisType
    seconds: int | None  # the longest time to live; None: it has none
    lifetime: str = ""  # the rule, where `seconds` is only the longest it may come to
    holds: str  # one sentence for operators, with the size where it may be large
    written_by: str  # modules of `bot.storage`
    if_deleted: str  # one sentence: what happens when an operator deletes it
    colons: tuple[str, ...] = ()  # the parts whose values may hold colons; those of all others hold none

    def key(self, *parts: str | int) -> str:
        """Return the key with these values for the parts, in their order; `ValueError` unless there is one for each."""
        texts = re.split(r"\{\w+\}", self.pattern)
        return "".join(f"{text}{part}" for text, part in zip(texts, (*parts, ""), strict=True))

    @property
    def prefix(self) -> str:
        """What comes before the only part, for scripts that make the key of an id which they find."""
        return self.key("")

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts."""
        return tuple(_PART.findall(self.pattern))

    def matches(self, key: str) -> bool:
        """Tell whether a key is of this family."""
        texts = _PART.split(self.pattern)  # texts and names by turns
        pieces = [re.escape(one) if place % 2 == 0 else self._values(one) for place, one in enumerate(texts)]
        return re.fullmatch("".join(pieces), key, re.DOTALL) is not None

    def _values(self, part: str) -> str:
        return ".+" if part in self.colons else "[^:]+"
