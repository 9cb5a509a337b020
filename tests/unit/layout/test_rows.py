import pytest

from workers.layout.rows import RowLevel, group_rows, is_level, join_rows, join_wrapped


def level(middle: float, height: float = 10) -> RowLevel:
    return RowLevel(middle=middle, height=height)


def test_what_is_level_depends_on_the_lower_one() -> None:
    assert is_level(level(0, 10), level(4, 40))
    assert not is_level(level(0, 10), level(6, 40))
    assert is_level(level(0, 10), level(6, 40), within=0.7)


def test_an_item_joins_the_lowest_open_row_that_it_belongs_to() -> None:
    items = [0, 10, 1, 20, 11, 2]

    assert group_rows(items, lambda row, item: abs(row[-1] - item) < 5, open_rows=3) == [[0, 1, 2], [10, 11], [20]]
    assert group_rows(items, lambda row, item: abs(row[-1] - item) < 5) == [[0], [10], [1], [20], [11], [2]]


def test_rows_are_joined_with_spaces_and_empty_ones_are_left_out() -> None:
    assert join_rows([["名称", "个人"], [], ["合计"]]) == "名称 个人\n合计"


@pytest.mark.parametrize(
    ("one", "other", "whole"),
    [
        ("云州示例", "有限公司", "云州示例有限公司"),
        ("Example", "Trading", "Example Trading"),
        ("型号A", "钢笔", "型号A钢笔"),
        ("2024", "0528", "20240528"),
    ],
)
def test_a_value_goes_on_with_a_space_only_behind_a_latin_word(one: str, other: str, whole: str) -> None:
    assert join_wrapped(one, other) == whole
