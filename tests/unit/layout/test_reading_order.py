import random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.document import Box, Line
from workers.layout.reading_order import reading_order, rows, text_of


def box(left: int, top: int, width: int = 100, height: int = 20) -> Box:
    return Box(left=left, top=top, right=left + width, bottom=top + height)


def test_rows_go_down_and_boxes_right() -> None:
    assert rows([box(300, 52), box(0, 100), box(0, 50), box(150, 48), box(10, 0)]) == [[4], [2, 3, 0], [1]]


def test_a_tall_box_does_not_swallow_two_rows() -> None:
    assert rows([box(0, 0, height=60), box(120, 0), box(120, 40)]) == [[1], [0], [2]]


def test_two_columns_of_prose_are_read_one_by_one() -> None:
    heading = box(100, 0, 600, 40)
    left = [box(0, 80 + 30 * row, 380) for row in range(6)]
    right = [box(420, 80 + 30 * row, 380) for row in range(6)]
    assert [row[0] for row in reading_order([heading, *right, *left])] == [0, *range(7, 13), *range(1, 7)]


def test_tables_are_read_by_rows() -> None:
    cells = [box(left, 40 * row, 90) for row in range(8) for left in (0, 200, 500, 700)]
    assert reading_order(cells) == [[4 * row + column for column in range(4)] for row in range(8)]


@given(st.lists(st.builds(box, st.integers(0, 900), st.integers(0, 900), st.integers(1, 300), st.integers(1, 60))))
def test_every_box_comes_once(boxes: list[Box]) -> None:
    assert sorted(index for row in reading_order(boxes) for index in row) == list(range(len(boxes)))


@given(st.randoms(use_true_random=False))
def test_the_order_of_finding_does_not_matter(chance: random.Random) -> None:
    boxes = [box(left, 40 * row + chance.randint(-4, 4)) for row in range(5) for left in (0, 200, 400)]
    shuffled = chance.sample(boxes, len(boxes))
    assert [[shuffled[index] for index in row] for row in rows(shuffled)] == [
        boxes[3 * n : 3 * n + 3] for n in range(5)
    ]


def test_text_has_rows() -> None:
    lines = [Line(text="名称", box=box(0, 0)), Line(text="个人", box=box(200, 3)), Line(text="合计", box=box(0, 50))]
    assert text_of(lines) == "名称 个人\n合计"


def test_text_without_places_keeps_its_order() -> None:
    assert text_of([Line(text="b"), Line(text="a", box=box(0, 0))]) == "b\na"
