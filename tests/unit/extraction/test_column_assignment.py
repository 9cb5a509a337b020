"""Which column a word of a table's line belongs to, by how it stands below the labels."""

from collections.abc import Sequence

import pytest

from bot.domain.document import Box, Line
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.column_assignment import assign_columns
from workers.extraction.table_header import Column
from workers.layout.text_rows import TextRow, rows_of, straighten

_HEIGHT = 20


def _row(*words: tuple[int, int, str]) -> TextRow:
    lines = [
        Line(text=text, box=Box(left=left, top=100, right=right, bottom=100 + _HEIGHT)) for left, right, text in words
    ]
    (row,) = rows_of(straighten(lines))
    return row


def _columns(*places: tuple[int, int], kind: FieldType = FieldType.TEXT) -> list[Column]:
    return [
        Column(spec=FieldSpec(name=str(at), key=f"k{at}", type=kind), left=left, right=right)
        for at, (left, right) in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("word", "columns", "at", "unclear"),
    [
        ((100, 200), [(90, 110), (150, 190)], 1, set()),  # below all of one label, and half of the other
        ((100, 200), [(98, 118), (150, 190)], 0, {0, 1}),  # next to all of both
        ((100, 120), [(90, 300), (315, 340)], 0, set()),  # short below a wide label
        ((100, 120), [(90, 300), (115, 140)], 0, set()),
        ((100, 120), [(50, 90), (160, 200)], 0, set()),  # half a height beside one, two beside the other
        ((100, 120), [(50, 80), (145, 200)], 0, {0, 1}),  # beside both alike
    ],
)
def test_a_word_belongs_to_the_label_it_stands_below_most(
    word: tuple[int, int], columns: Sequence[tuple[int, int]], at: int, unclear: set[int]
) -> None:
    found = assign_columns(_row((*word, "甲乙")), _columns(*columns), strict=False)

    assert (set(found.spans), set(found.unclear)) == ({at}, unclear)


@pytest.mark.parametrize(("word", "unclear"), [((120, 140), {1}), ((105, 125), set())])
def test_where_a_label_may_be_lost_a_word_counts_only_below_one(word: tuple[int, int], unclear: set[int]) -> None:
    columns = _columns((0, 30), (70, 110))

    assert assign_columns(_row((*word, "甲")), columns, strict=True).unclear == frozenset(unclear)
    assert assign_columns(_row((*word, "甲")), columns, strict=False).unclear == frozenset()
    assert (
        assign_columns(_row((40, 50, "甲")), columns, strict=True).unclear == frozenset()
    )  # names begin left of their label
