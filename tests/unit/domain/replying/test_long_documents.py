"""Long texts by their beginning, and tables that a phone can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.attachment_format import Format
from bot.domain.page_text.blocks import Formula, Heading, ListItem, Paragraph, plain_text, read_blocks
from bot.domain.page_text.tables import Cell, Table
from bot.domain.replying.chat_text import chat_text, table_list
from tests.fakes.read_documents import page, task
from tests.fakes.replies import render
from tests.fakes.tasks import reading

SENTENCE = "甲方应当在收到发票之日起三十日内支付货款。"
CONTRACT = "\n".join(
    ["# 采购合同", "本合同由甲乙双方签订。", "", *[f"## 第{n}条 约定\n{SENTENCE * 20}" for n in range(1, 8)]]
)


def reply_to(text: str, prompt: str = "markdown", **changes: object) -> str:
    asked = reading(task(1, prompt=prompt), **changes)
    (part,) = render(asked, [page(text, prompt, pages=3)]).parts
    return part


def test_a_long_text_is_shown_by_its_beginning_its_length_and_its_headings() -> None:
    reply = render(task(1, prompt="markdown"), [page(CONTRACT, "markdown", pages=3)])
    (text,) = reply.parts
    blocks = text.split("\n\n")
    characters = len("".join(CONTRACT.split()))
    assert blocks[0] == f"**Markdown　共 3 页，约 {characters} 字，全文见附件**"
    assert blocks[1:3] == ["**采购合同**", "本合同由甲乙双方签订。"]
    assert "……后面还有：" in blocks
    assert "- 第2条 约定\n- 第3条 约定" in text
    assert text.count(SENTENCE) <= 30
    assert len(text) < 1500
    assert reply.files == (Format.DOCX,)
    assert "Markdown_20261122.docx" in text


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    text = reply_to(SENTENCE * 200, "text")
    begun = text.split("\n\n")[1]
    assert begun.endswith("。")
    assert 400 < len(begun) <= 600
    assert reply_to("字" * 3000, "text").split("\n\n")[1] == "字" * 600 + "…"


def test_a_short_text_is_shown_whole() -> None:
    reply = render(task(1), [page(SENTENCE * 20)])
    assert reply.files == ()
    assert reply.parts[0].count(SENTENCE) == 20


def test_a_long_text_comes_in_parts_where_no_file_can_go() -> None:
    reply = render(task(1, single=True, staff=""), [page(f"{SENTENCE}\n" * 400)])
    assert reply.files == ()
    assert "".join(reply.parts).count(SENTENCE) == 400
    in_full = render(task(1), [page(f"{SENTENCE}\n" * 400)], files=False)
    assert "".join(in_full.parts).count(SENTENCE) == 400


def test_two_texts_that_are_long_together_are_shortened() -> None:
    reply = render(task(2), [page(SENTENCE * 60), page(SENTENCE * 60)])
    assert reply.files == (Format.DOCX,)
    assert reply.parts[0].count("全文见附件") == 2


def test_a_table_becomes_a_line_for_each_row_under_its_columns_names() -> None:
    text = reply_to("价格表\n\n| 名称 | 数量 | 单价 |\n|---|---|---|\n| 阀门 | 12 | 1,234.50 |\n| 法兰 |  | 88 |")
    assert "- **名称** 阀门 · 数量 12 · 单价 1,234.50\n- **名称** 法兰 · 单价 88" in text
    assert "|" not in text.replace("｜", "")


def test_who_asks_for_tables_gets_them_as_such() -> None:
    table = "| 名称 | 数量 |\n|---|---|\n| 阀门 | 12 |"
    assert render(task(1, prompt="table"), [page(table, "table")]).files == (Format.XLSX,)
    assert render(task(1, prompt="table"), [page("没有表格", "table")]).files == ()
    assert render(task(1, prompt="markdown"), [page(table, "markdown")]).files == ()


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([["12", "34"], ["56", "78"]], "- 12 · 34\n- 56 · 78"),
        ([["一", "一"], ["二", "三"]], "- 一 · 一\n- 二 · 三"),
        ([["只有", "一行"]], "- 只有 · 一行"),
        ([["名", "值"], ["", ""], ["甲", ""]], "- **名** 甲"),
        ([], ""),
    ],
)
def test_tables_without_names_of_columns(rows: list[list[str]], shown: str) -> None:
    assert table_list(Table(rows=tuple(tuple(Cell(text=text) for text in row) for row in rows))) == shown


def test_a_head_of_two_rows_names_its_columns_by_both() -> None:
    head = (Cell(text="项目", rows=2, header=True), Cell(text="金额", columns=2, header=True))
    below = (Cell(text="计划", header=True), Cell(text="实际", header=True))
    body = (Cell(text="水费"), Cell(text="10"), Cell(text="9"))
    table = Table(rows=(head, below, body), caption="表 1")
    assert table_list(table) == "**表 1**\n\n- **项目** 水费 · 金额 计划 10 · 金额 实际 9"


def test_a_cell_over_several_rows_is_said_in_each() -> None:
    rows = ((Cell(text="类"), Cell(text="名")), (Cell(text="水", rows=2), Cell(text="甲")), (Cell(text="乙"),))
    assert table_list(Table(rows=rows)) == "- **类** 水 · 名 甲\n- **类** 水 · 名 乙"


def test_markdown_is_taken_apart_and_plain_text_is_not() -> None:
    text = "# 题\n正文 **重点**\n- 一\n- 二\n$$\na+b\n$$\n\n$$c$$\n$$ 没有结束"
    assert read_blocks(text, markup=True) == (
        Heading(text="题"),
        Paragraph(lines=("正文 **重点**",)),
        ListItem(text="一"),
        ListItem(text="二"),
        Formula(latex="a+b"),
        Formula(latex="c"),
        Paragraph(lines=("$$ 没有结束",)),
    )
    assert chat_text(read_blocks(text, markup=True)).startswith("**题**\n\n正文 重点\n\n- 一\n- 二\n\n$$a+b$$")
    plain = read_blocks("# 题\n- 一\n\n1. 二", markup=False)
    assert plain == (Paragraph(lines=("# 题", "- 一")), Paragraph(lines=("1. 二",)))
    assert plain_text(plain) == "# 题\n- 一\n\n1. 二"


_LINE = st.sampled_from(
    [
        "# a",
        "- b",
        "| x | y |",
        "|---|---|",
        "| <b> | @all |",
        "<table>",
        "</table>",
        "<tr><td>1</td></tr>",
        "$$",
        "$$z$$",
    ]
) | st.text(max_size=8)


@given(st.lists(_LINE, max_size=12).map("\n".join), st.booleans())
def test_whatever_was_read_is_inert_in_the_chat(text: str, markup: bool) -> None:  # noqa: FBT001 - drawn
    shown = chat_text(read_blocks(text, markup=markup))
    kinds = {token.type for token in MarkdownIt("gfm-like").parse(shown)}
    lists = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert kinds <= lists | {"paragraph_open", "paragraph_close", "inline"}
    inline = [child.type for token in MarkdownIt("gfm-like").parse(shown) for child in token.children or ()]
    assert {*inline} <= {"text", "softbreak", "hardbreak", "strong_open", "strong_close"}
