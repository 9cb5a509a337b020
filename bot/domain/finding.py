"""The findings of a check of the installation, as `ocrbot doctor` prints them."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How well something works."""

    OK = "ok"
    WARN = "warn"  # it works, but not for everybody or not for long
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The state of one thing; `advice` says what to do if it is not well."""

    health: Health
    what: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.health:<4} {self.what}: {self.found}" + (f" -> {self.advice}" if self.advice else "")


def ok(what: str, found: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(health=Health.OK, what=what, found=found)


def warn(what: str, found: str, advice: str) -> Finding:
    """Return a finding that may become a problem."""
    return Finding(health=Health.WARN, what=what, found=found, advice=advice)


def bad(what: str, found: str, advice: str) -> Finding:
    """Return a finding that keeps the bot from answering."""
    return Finding(health=Health.BAD, what=what, found=found, advice=advice)
