"""The spaces of a PDF's text layer: which of them a reader puts there though nobody printed one."""

import pytest

from tests.fakes.embedded_files import pdf
from workers.files.pdf.client import PdfFile
from workers.files.pdf_text import read_text_layer

_SIDE, _GAP = 10, 3  # points: of a character, and between two that are drawn one by one


def texts(words: list[str]) -> list[str]:
    """Return the lines of a page with these words, a narrow gap between two."""
    pieces, left = [], 40
    for word in words:
        pieces.append((left, 40, word))
        left += _SIDE * len(word) + _GAP
    with PdfFile(pdf(pieces)) as file:
        return [line.text for line in read_text_layer(file, 0, 1).lines]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("¥5 9 . 4 0", "¥59.40"),
        ("1 3 %", "13%"),
        ("发票号码：2 6 3 3 2", "发票号码：26332"),
        ("9 1 4 4 MA9 X2 Q", "9144MA9X2Q"),
        ("2 0 2 6 年 0 4 月 1 3 日", "2026 年 04 月 13 日"),
    ],
)
def test_figures_that_a_program_drew_one_by_one_are_one_number(printed: str, read: str) -> None:
    assert texts(printed.split()) == [read]


@pytest.mark.parametrize("printed", ["6222 8888", "2026 07 01", "第 3 页", "A4 5 包", "12 3 4"])
def test_a_space_between_two_numbers_stays(printed: str) -> None:
    assert texts(printed.split()) == [printed]


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    with PdfFile(pdf([(40, 40, "样例酒店-"), (40, 60, "北门")])) as file:
        assert [line.text for line in read_text_layer(file, 0, 1).lines] == ["样例酒店-", "北门"]
