"""Problems in a configuration file, worded for the admin who wrote it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem in a file. `line` counts from 1, 0 if unknown; `key` is "" if no single key is at fault."""

    file: str
    what: str
    line: int = 0
    key: str = ""  # its whole path: fields[2].labels

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key} {self.what}" if self.key else f"{place}: {self.what}"


def misconfigured(problems: Sequence[Problem]) -> Misconfigured:
    """Return an error whose message has a line for each problem."""
    return Misconfigured("\n".join(map(str, problems)))


def suggestion(word: object, known: Collection[str]) -> str:
    """Return `; did you mean "…"?` if one of `known` is close to `word`, else ""."""
    # 0.5 allows one of two Chinese characters to differ.
    close = get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""
