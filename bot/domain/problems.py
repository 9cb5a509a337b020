"""What is wrong in a configuration file, in words for the admin who wrote it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file; `line`, from 1, is 0 and `key` is "" where none is at fault."""

    file: str
    what: str
    line: int = 0
    key: str = ""  # with its path: fields[2].labels

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key} {self.what}" if self.key else f"{place}: {self.what}"


def misconfigured(problems: Sequence[Problem]) -> Misconfigured:
    """Return the error whose message has a line for each problem."""
    return Misconfigured("\n".join(map(str, problems)))


def suggestion(word: object, known: Collection[str]) -> str:
    """Return `; did you mean "…"?` where one of `known` is close, else ""."""
    # 0.5: of two Chinese characters one may be another.
    close = get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""
