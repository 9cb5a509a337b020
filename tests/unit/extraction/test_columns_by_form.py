"""Tables whose head is hardly legible: what is in which column is told by its form, and by a check or with a doubt."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import prompt_files
from bot.domain.document import Box, Line, Row, Status
from workers.extraction.table_rows import find_rows, find_table

_PROMPTS = {
    one.name: one for one in prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts").prompts
}
_INVOICE = _PROMPTS["invoice"]
_CENTRES = (190, 420, 536, 652, 778, 910, 1030, 1146)
_BLURRED = ("货物成应税考备，联务名师", "规络型号", "", "款量", "", "", "税车", "视频")
_PAPER = ("*纸制品*A4复印纸", "80g 500张", "箱", "12", "165", "1980.00", "13%", "257.40")
_STAY = ("*住宿服务*住宿费", "", "天", "3", "100.33", "300.99", "6%", "18.06")
_SUMS = ("计", "", "", "", "", "¥2280.99", "", "¥275.46")


def _line(words: Sequence[str], middle: float) -> list[Line]:
    return [_at(centre, middle, word) for centre, word in zip(_CENTRES, words, strict=True) if word]


def _at(centre: float, middle: float, word: str) -> Line:
    half = sum(12 if ord(char) > 0x2000 else 6 for char in word)
    box = Box(left=round(centre - half), top=round(middle - 12), right=round(centre + half), bottom=round(middle + 12))
    return Line(text=word, box=box, confidence=0.99)


def _page(head: Sequence[str], *articles: Sequence[str], sums: Sequence[str] = _SUMS) -> list[Line]:
    lines = [line for at, words in enumerate(articles) for line in _line(words, 350 + 40 * at)]
    return [*_line(head, 314), *lines, *_line(sums, 578)]


def _values(rows: Sequence[Row]) -> list[list[str]]:
    return [[cell.value for cell in row.cells] for row in rows]


def test_lines_are_read_below_a_blurred_head() -> None:
    lines = _page(_BLURRED, _PAPER, _STAY)

    assert find_rows(lines, _INVOICE.columns) == ()
    assert _values(find_table(lines, _INVOICE)) == [[*_PAPER], [*_STAY]]


def test_what_no_check_confirms_is_doubtful_there() -> None:
    (row,) = find_table(
        _page(_BLURRED, ("*纸制品*A4复印纸", "80g", "箱", "12", "165", "1980.00", "13%", "257.41")), _INVOICE
    )

    statuses = {cell.key: cell.status for cell in row.cells}
    assert [key for key, status in statuses.items() if status is Status.UNCHECKED] == [
        "quantity", "unit_price", "amount",
    ]  # fmt: skip
    assert all("表头" in "".join(cell.doubts) for cell in row.cells if cell.status is Status.DOUBTFUL)


def test_a_number_that_fits_two_columns_is_in_neither() -> None:
    """Between the texts and the amount stands one number: a quantity or a price."""
    rows = find_table(
        _page(
            ("货物或应税劳务名称", "规络型号", "", "", "", "", "税车", "视频"),
            ("*纸制品*A4复印纸", "", "", "12", "", "1980.00", "13%", "257.40"),
        ),
        _INVOICE,
    )

    assert _values(rows) == [["*纸制品*A4复印纸", "", "", "", "", "1980.00", "13%", "257.40"]]


@pytest.mark.parametrize(
    "lines",
    [
        _page(("", "", "", "款量", "", "", "税车", ""), _PAPER),  # too little of the head
        _page(_BLURRED, _PAPER, sums=("", "", "", "", "", "", "", "")),  # no end
        _page(_BLURRED, ("*纸制品*A4复印纸", "80g", "箱", "", "", "13%", "", "")),  # no amount
        [*_page(_BLURRED, _PAPER), *_line(_BLURRED, 900)],  # two heads
    ],
)
def test_without_enough_of_a_head_and_an_amount_there_is_no_table(lines: Sequence[Line]) -> None:
    assert find_table(lines, _INVOICE) == ()


def test_a_text_that_the_engine_is_unsure_of_is_left_out_there() -> None:
    lines = [replace(line, confidence=0.7) if line.text in {"箱", "165"} else line for line in _page(_BLURRED, _PAPER)]

    assert _values(find_table(lines, _INVOICE)) == [[*_PAPER[:2], "", *_PAPER[3:]]]


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("*文具”中性笔", "*文具*中性笔"),
        ("“信息技术服务“软件维护", "*信息技术服务*软件维护"),
        ("“样例”牌饮料", "“样例”牌饮料"),
        ("A4“优质”复印纸", "A4“优质”复印纸"),
    ],
)
def test_asterisks_around_a_class_of_goods_are_told_from_quotation_marks(read: str, name: str) -> None:
    head = ("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")

    assert _values(find_table(_page(head, (read, *_PAPER[1:])), _INVOICE)) == [[name, *_PAPER[1:]]]


def test_a_legible_head_is_asked_first() -> None:
    head = ("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
    lines = _page(head, _PAPER, _STAY)

    assert find_table(lines, _INVOICE) == find_rows(lines, _INVOICE.columns)


def test_trips_are_read_below_a_head_of_which_half_is_legible() -> None:
    trips = _PROMPTS["trip_list"]
    places = (60, 150, 300, 440, 600, 800, 960, 1120)
    head = ("序号", "车型", "上车时间", "M6", "g点", "终点", "里相公壁", "金测(元)")
    trip = ("1", "快车", "03-03 14:37", "南京市", "样例湖", "南岭", "29.6", "56.20")
    lines = [_at(x, y, word) for y, words in ((100, head), (150, trip)) for x, word in zip(places, words, strict=True)]

    (row,) = find_table(lines, trips)

    assert [cell.value for cell in row.cells] == [*trip]
    assert {cell.status for cell in row.cells} == {Status.DOUBTFUL}
