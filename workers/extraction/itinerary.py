"""The places of an itinerary: each row begins with one, and leads to the place at the beginning of the row below."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.prompt import FieldSpec, FieldType, StopOf
from workers.extraction.candidates import Candidate, candidate, run_end, span_of
from workers.extraction.labels import normal_label
from workers.extraction.printed_lines import PrintedLine
from workers.layout.text_rows import TextRow

_GAP = 1.2  # heights; a wider one ends the place


def split_stop(row: TextRow, specs: Sequence[FieldSpec]) -> tuple[TextRow | None, Candidate | None]:
    """Return a row without the place at its beginning, None if nothing else stands there, and that place, if any."""
    words = sorted({normal_label(word) for spec in specs if spec.stop for word in (spec.name, *spec.labels)}, key=len)
    word = next((word for word in reversed(words) if row.text.startswith(word)), None)
    if word is None:
        return row, None
    end = run_end(row, 0, len(row.chars), first=float("inf"), next_=_GAP)
    start = len(word) + row.text[len(word) : len(word) + 1].count(":")
    rest = TextRow(chars=row.chars[end:]) if end < len(row.chars) else None
    place = candidate(FieldType.TEXT, span_of(row, min(start, end), end))
    return rest, None if place is None or _is_twice(place.value) else place


def _is_twice(place: str) -> bool:
    """Return whether a place is two rows read as one."""
    half = len(place) // 2
    return half > 1 and place[:half] == place[half:]


def with_stops(
    lines: Sequence[tuple[PrintedLine | None, Candidate | None]], specs: Sequence[FieldSpec]
) -> list[PrintedLine]:
    """Return the lines, each with the place at its own beginning and that at the beginning of the one below."""
    places = [place for _, place in lines]
    below = [*places[1:], None]
    own = {StopOf.THIS: places, StopOf.NEXT: below}
    return [
        replace(line, cells={**{key: cell for key, cell in cells if cell is not None}, **line.cells})
        for at, (line, _) in enumerate(lines)
        if line is not None
        for cells in [[(spec.key, own[spec.stop][at]) for spec in specs if spec.stop is not None]]
    ]
