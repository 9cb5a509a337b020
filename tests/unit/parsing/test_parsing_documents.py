import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.page_text.blocks import Formula, Heading, Paragraph, read_blocks
from bot.domain.page_text.tables import Cell, Table
from workers.parsing.documents import document_text


def rows(*texts: tuple[str, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(Cell(text=text) for text in row) for row in texts)


def test_a_page_is_taken_apart_in_its_order() -> None:
    page = (
        "# 标题\n正文 $x$\n$$ E = mc^2 $$\n<table><caption>表1</caption><tr><td>甲</td><td>乙</td></tr></table>\n"
        "<pFig>图1</pFig><quad>(483,728),(608,800)</quad>\n结尾"
    )

    assert document_text(page) == (
        "# 标题\n正文 $x$\n$$E = mc^2$$\n"
        "<table>\n<caption>表1</caption>\n<tr><td>甲</td><td>乙</td></tr>\n</table>\n[图1]\n结尾"
    )
    assert read_blocks(document_text(page), markup=True) == (
        Heading(text="标题"),
        Paragraph(lines=("正文 $x$",)),
        Formula(latex="E = mc^2"),
        Table(rows=rows(("甲", "乙")), caption="表1"),
        Paragraph(lines=("[图1]", "结尾")),
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<table><caption></caption><tr><td colspan="5">合计</td></tr></table>',
            Table(rows=((Cell(text="合计", columns=5),),)),
        ),
        (
            '<table><tr><th rowspan=2>甲</th><td colspan=\\"3\\">乙</td></tr></table>',
            Table(rows=((Cell(text="甲", rows=2, header=True), Cell(text="乙", columns=3)),)),
        ),
        (
            "<table>\\n<tr>\\n<td>\\n第一\\n第二</td>\\n</tr>\\n</table>",
            Table(rows=rows(("第一\n第二",))),
        ),
        ("<table><tr><td>$\\nu$</td></tr></table>", Table(rows=rows(("$\\nu$",)))),
        ("<table><tr><td>a &lt; b<br>c</td></tr></table>", Table(rows=rows(("a < b\nc",)))),
        ("<table><tr><td>甲<td>乙<tr><td>丙</table>", Table(rows=rows(("甲", "乙"), ("丙",)))),
        ("<table><tr><td>甲</td><td>乙", Table(rows=rows(("甲", "乙")))),
        ("<table><thead><tr><td></td><td>乙</td></tr></thead></table>", Table(rows=rows(("", "乙")))),
        (
            "<table><tr><td><pFig>图1</pFig><quad>(483,728),(608,800)</quad></td></tr></table>",
            Table(rows=rows(("[图1]",))),
        ),
        (
            '<TABLE border="1"><TR><TD colspan="9999">甲</TD></TR></TABLE>',
            Table(rows=((Cell(text="甲", columns=100),),)),
        ),
    ],
)
def test_html_tables(html: str, expected: Table) -> None:
    if html.startswith("<TABLE"):
        html = html.replace("</TABLE>", "</table>")
    assert document_text(html) == expected.text


def test_markdown_tables() -> None:
    page = "图例\n| 年 | 值 |\n|:---|---:|\n| 2020 | 1\\|2 |\n| 2021 |  |\n结尾"

    assert read_blocks(document_text(page), markup=True) == (
        Paragraph(lines=("图例",)),
        Table(
            rows=(
                (Cell(text="年", header=True), Cell(text="值", header=True)),
                *rows(("2020", "1|2"), ("2021", "")),
            )
        ),
        Paragraph(lines=("结尾",)),
    )


@pytest.mark.parametrize(
    "page",
    [
        'flowchart TD\nA["开始"] --> B["结束"]',
        '```mermaid\nflowchart TD\nA["开始"] --> B["结束"]\n```',
        '```mermaid\nflowchart TD\nA["开始"] --> B["结束"]',
        '```\nflowchart TD\nA["开始"] --> B["结束"]\n```',
    ],
)
def test_diagrams_with_and_without_a_fence(page: str) -> None:
    assert document_text(page) == 'flowchart TD\nA["开始"] --> B["结束"]'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("```html\n<table><tr><td>甲</td></tr></table>\n```", Table(rows=rows(("甲",))).text),
        ("```markdown\n# 标题\n正文\n```", "# 标题\n正文"),
        ("价格 $$ 未完", "价格 $$ 未完"),
        ("见<pFig>图1</pFig>所示", "见\n[图1]\n所示"),
        ("a | b\n没有表格", "a | b\n没有表格"),
        ("", ""),
    ],
)
def test_other_forms(page: str, expected: str) -> None:
    assert document_text(page) == expected


_CELL = st.text(alphabet="甲乙ab1. $", max_size=5).map(str.strip)


@given(st.lists(st.lists(_CELL, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5))
def test_tables_round_trip(held: list[tuple[str, ...]]) -> None:
    html = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in held)

    assert document_text(f"<table>{html}</table>") == Table(rows=rows(*held)).text


_BITS = st.lists(
    st.sampled_from(
        [
            *("<table>", "</table>", "<tr>", "<td>", "</td>", "<caption>", "<br>", "<pFig>", "</pFig>", "<quad>", "$$"),
            *("```", "```mermaid\n", "\n", "flowchart TD", "|---|", "| a |", "\\n", "甲"),
        ]
    )
    | st.text(max_size=3)
).map("".join)


@given(_BITS)
def test_documents_hold_nothing_but_the_text(page: str) -> None:
    ours = {"[", "]", "|", "$", "-"}
    rest = sorted(page)
    said = re.sub(r"</?(?:table|caption|tr|td|th|br)>", "", document_text(page))
    for char in said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace(r"\|", "|"):
        if not char.isspace() and char not in ours:
            rest.remove(char)
