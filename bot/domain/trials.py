"""One real reading, with all that was asked and answered on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.document import Outcome, Reading
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt

UNAVAILABLE = "unavailable"  # the reason of a `Failure` that is the engine's alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to the engine: about a picture of `width` by `height` pixels; `prompt` is "" where none was sent."""

    prompt: str
    width: int
    height: int
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one file, and the calls it took in the order they were answered."""

    outcome: Outcome
    calls: tuple[Call, ...] = ()


class TrialReader(Protocol):
    """What reads files as the worker does."""

    @property
    def engine(self) -> str:
        """The engine's name."""
        ...

    @property
    def takes_prompts(self) -> bool:
        """Whether the engine follows prompts."""
        ...

    def read(
        self, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = (), *, companies: Sequence[Company] = ()
    ) -> Trial:
        """Read one file's bytes; with `candidates` the page decides.

        A file that cannot be read is a `Failure`, as is an engine that is away: `UNAVAILABLE`.
        """
        ...
