"""What an examination of a running house finds."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"  # it works, for now or not for all
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not well."""

    health: Health
    what: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.health:<4} {self.what}: {self.found}" + (f" -> {self.advice}" if self.advice else "")


def ok(what: str, found: str) -> Finding:
    """Return a finding that is well."""
    return Finding(health=Health.OK, what=what, found=found)


def warn(what: str, found: str, advice: str) -> Finding:
    """Return a finding that may become a trouble."""
    return Finding(health=Health.WARN, what=what, found=found, advice=advice)


def bad(what: str, found: str, advice: str) -> Finding:
    """Return a finding that keeps the bot from answering."""
    return Finding(health=Health.BAD, what=what, found=found, advice=advice)
