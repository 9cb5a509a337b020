"""Lines of a crooked page are levelled, however many there are."""

import pytest

from bot.domain.document import Box, Line
from workers.layout.text_rows import rows_of, straighten


def crooked(rows: int, *, columns: int = 10, slope: float = 0.03) -> list[Line]:
    """Lines in rows that go down by `slope` pixels a pixel to the right."""
    return [
        Line(
            text=f"{row}",
            box=Box(left=100 * column, top=top, right=100 * column + 40, bottom=top + 20),
        )
        for row in range(rows)
        for column in range(columns)
        for top in (30 * row + round(slope * 100 * column),)
    ]


@pytest.mark.parametrize("rows", [3, 60, 500])
def test_rows_that_slope_are_rows_on_a_level_page(rows: int) -> None:
    found = rows_of(straighten(crooked(rows)))

    assert [row.text for row in found] == [str(row) * 10 for row in range(rows)]
