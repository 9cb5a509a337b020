from hypothesis import given
from hypothesis import strategies as st

from bot.domain.texts.display_width import columns, width


def test_cells_stand_under_each_other_whatever_they_are_written_in() -> None:
    assert columns([("发票", "a"), ("text", "字段"), ("é",)]) == ["发票  a", "text  字段", "é"]


def test_nothing_gives_nothing() -> None:
    assert columns([]) == []


@given(st.lists(st.tuples(st.text("ab字。１", max_size=5), st.text("xy", min_size=1, max_size=3)), min_size=1))
def test_the_second_column_begins_at_one_place(rows: list[tuple[str, str]]) -> None:
    widest = max(width(first) for first, _ in rows)
    for line, (first, second) in zip(columns(rows), rows, strict=True):
        assert line.startswith(first)
        assert line.endswith(second)
        assert width(line) == widest + 2 + width(second)
