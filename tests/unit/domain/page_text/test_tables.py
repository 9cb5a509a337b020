import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.page_text.tables import Cell, Table, is_rule, parse_html_table, parse_markdown_table, placed_cells

_TEXT = st.text(alphabet='甲乙a1<>&|"\\$ n\n', max_size=6).map(
    lambda text: "\n".join(line for line in map(str.strip, text.split("\n")) if line)
)
_CELL = st.builds(
    lambda text, columns, rows, header: Cell(text=text, columns=columns, rows=rows, header=header),
    _TEXT.filter(lambda text: "\\n" not in text),
    st.integers(1, 3),
    st.integers(1, 3),
    st.booleans(),
)


def read_back(text: str) -> Table:
    lines = text.split("\n")
    if len(lines) > 1 and is_rule(lines[1]):
        return parse_markdown_table(lines)
    return parse_html_table(text)


@given(st.lists(st.lists(_CELL, min_size=1, max_size=4).map(tuple), min_size=1, max_size=4).map(tuple))
def test_what_is_written_of_a_table_is_read_back_as_it_was(rows: tuple[tuple[Cell, ...], ...]) -> None:
    back = read_back(Table(rows=rows).text)
    plain = [[(cell.text, cell.columns, cell.rows) for cell in row] for row in rows]
    assert [[(cell.text, cell.columns, cell.rows) for cell in row] for row in back.rows] == plain


def test_a_plain_table_is_markdown_and_one_with_spans_or_a_caption_is_html() -> None:
    plain = Table(rows=((Cell(text="名称"), Cell(text="值|2")), (Cell(text="甲"), Cell(text=""))))
    assert plain.text == "| 名称 | 值\\|2 |\n|---|---|\n| 甲 |  |"
    spanned = Table(rows=((Cell(text="合计", columns=2),),), caption="表 1")
    assert spanned.text == ('<table>\n<caption>表 1</caption>\n<tr><td colspan="2">合计</td></tr>\n</table>')
    assert read_back(spanned.text) == spanned
    assert Table().text == ""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[("甲", 1, 2), ("乙", 2, 1)], [("丙", 1, 1)]], [("甲", 0, 0, 1, 2), ("乙", 0, 1, 2, 1), ("丙", 1, 1, 1, 1)]),
        ([[("甲", 1, 9)]], [("甲", 0, 0, 1, 1)]),
        ([[("甲", 1, 1), ("乙", 1, 2)], [("丙", 3, 1)]], [("甲", 0, 0, 1, 1), ("乙", 0, 1, 1, 2), ("丙", 1, 0, 1, 1)]),
    ],
)
def test_spans_push_the_cells_after_them(
    rows: list[list[tuple[str, int, int]]], expected: list[tuple[str, int, int, int, int]]
) -> None:
    table = Table(
        rows=tuple(tuple(Cell(text=text, columns=wide, rows=tall) for text, wide, tall in row) for row in rows)
    )
    found = [(at.cell.text, at.row, at.column, at.cell.columns, at.cell.rows) for at in placed_cells(table)]
    assert found == expected


def test_a_table_that_only_claims_to_be_huge_is_laid_out_within_bounds() -> None:
    """No form has such spans; a page that shows some HTML may."""
    row = "<tr>" + "<td colspan=100 rowspan=100>a</td>" * 50 + "</tr>"
    found = placed_cells(parse_html_table(row * 100))

    assert len(found) == 5000
    assert sum(at.cell.columns * at.cell.rows for at in found) < 50_000


def test_a_head_is_as_many_rows_as_are_marked_as_such() -> None:
    head, body = (Cell(text="甲", header=True),), (Cell(text="1"),)
    assert [Table(rows=rows).header_rows for rows in ((head, head, body, head), (body, head), (head,), ())] == [
        2,
        0,
        1,
        0,
    ]
