"""Corrections of what was read, kept beside the reading and never in place of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCorrection:
    """A person's correction of one value."""

    file: int = 0  # of the request, from 0
    paper: int = 1  # of the file, from 1
    field: str  # its key
    row: int | None = None  # of the paper's table, from 0; None for a field outside it
    before: str
    after: str
    by: str  # who: the client, or the person who had signed in
    at: float  # Unix seconds
