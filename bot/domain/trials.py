"""The reading of one file with every question to the engine and every answer, for trials of prompts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.document import Outcome, Reading
from bot.domain.organisation import Company
from bot.domain.prompt import Prompt

UNAVAILABLE = "unavailable"  # the reason of a `Failure` that is due to the engine, not the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to the engine about a picture of `width` by `height` pixels; `prompt` is "" if none was sent."""

    prompt: str
    width: int
    height: int
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The outcome of one file, and the calls it took in the order they were answered."""

    outcome: Outcome
    calls: tuple[Call, ...] = ()


class TrialReader(Protocol):
    """Reads files as the worker does."""

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
        """Read one file's bytes, with the candidate that its pages are recognised as, else with `prompt`.

        The outcome is a `Failure` for a file that cannot be read, and with the reason `UNAVAILABLE` for an engine that
        does not answer.
        """
        ...
