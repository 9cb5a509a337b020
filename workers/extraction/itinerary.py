"""The places of an itinerary: each row begins with one, and leads to the place at the beginning of the row below."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.prompt import FieldSpec, FieldType, StopOf
from workers.extraction.candidates import Candidate, candidate, run_end, span_of
from workers.extraction.labels import normal_label
from workers.extraction.printed_lines import PrintedLine
from workers.layout.text_rows import TextRow

_GAP = 1.2  # heights; a wider one ends the place

_BEFORE_COLUMN = 0.5  # heights


def split_stop(
    row: TextRow, specs: Sequence[FieldSpec], first_column: float = float("inf")
) -> tuple[TextRow | None, Candidate | None]:
    """Return a row without the place at its beginning, None if nothing else stands there, and that place, if any.

    The place ends before `first_column`, the left edge of the first label in the head of the table.
    """
    words = sorted({normal_label(word) for spec in specs if spec.stop for word in (spec.name, *spec.labels)}, key=len)
    word = next((word for word in reversed(words) if row.text.startswith(word)), None)
    edge = first_column - _BEFORE_COLUMN * row.height
    if word is None:  # or it stands below its word, in a row with the flight
        start = next((at for at, char in enumerate(row.chars) if char.spaced and char.left > edge), 0)
        place = candidate(FieldType.TEXT, span_of(row, 0, start)) if words and start else None
        return (TextRow(chars=row.chars[start:]), place) if place is not None else (row, None)
    start = len(word)
    start += max((len(other) for other in words if row.text.startswith(other, start)), default=0)  # 自 FROM
    start += row.text[start : start + 1].count(":")
    end = run_end(row, start, len(row.chars), first=float("inf"), next_=_GAP)
    end = next((at for at in range(start, end) if row.chars[at].spaced and row.chars[at].left > edge), end)
    rest = TextRow(chars=row.chars[end:]) if end < len(row.chars) else None
    place = candidate(FieldType.TEXT, span_of(row, start, end))
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
        if line is not None and (line.cells or line.unclear)
        for cells in [[(spec.key, own[spec.stop][at]) for spec in specs if spec.stop is not None]]
    ]
