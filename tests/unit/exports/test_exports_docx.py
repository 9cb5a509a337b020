"""Documents of what was read, opened again: headings, lists, tables, formulas, marks."""

import io
from dataclasses import replace
from typing import Any

import docx
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.attachment_format import Format
from bot.domain.document import Failure, FileSignature, FirstSeen, Match, Outcome, SignatureState, Status
from bot.domain.replying.answer_view import answer_view
from bot.domain.task import Task
from tests.fakes.read_documents import NOON, document_of, invoice, kind, page, task
from tests.fakes.tasks import reading
from workers.exports import make
from workers.exports.cell_values import office_text

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TEXT = """# 采购说明
单价见 **下表**，公式 $E=mc^2$，价格 $5 与 $6。
第二行

- 第一项

| 名称 | 金额 |
|---|---|
| 阀门 | $\\frac{a}{b}$ |

$$\\sum_{i=1}^n x_i$$

$$\\unknown{x}$$

<table>
<caption>表 2</caption>
<tr><td colspan="2">合计</td><td rowspan="2">备注</td></tr>
<tr><td>1</td><td>2</td></tr>
</table>"""


def opened(asked: Task, *outcomes: Outcome) -> Any:
    return docx.Document(io.BytesIO(make(answer_view(asked, outcomes), Format.DOCX)))


def styled(book: Any) -> list[tuple[str, str]]:
    return [(paragraph.style.name, paragraph.text) for paragraph in book.paragraphs if paragraph.text]


def test_recognised_text_keeps_its_form() -> None:
    book = opened(task(1, prompt="markdown"), page(TEXT, "markdown"))
    assert styled(book) == [
        ("Heading 1", "采购说明"),
        ("Normal", "单价见 下表，公式 ，价格 $5 与 $6。\n第二行"),
        ("List Bullet", "第一项"),
        ("Normal", "$$\\unknown{x}$$"),
        ("Normal", "表 2"),
        ("Normal", f"编号 {task(1).id}"),
    ]
    bold = [run.text for paragraph in book.paragraphs for run in paragraph.runs if run.bold]
    assert bold == ["下表", "表 2"]
    inline, shown, alone = book.element.body.iter(f"{_MATH}oMath")
    assert inline.getparent().tag == shown.getparent().tag == qn("w:p")
    assert shown.find(f"{_MATH}f") is not None
    assert alone.getparent().tag == f"{_MATH}oMathPara"
    assert alone.find(f"{_MATH}nary") is not None


def test_tables_are_tables_with_their_merged_cells() -> None:
    plain, merged = opened(task(1, prompt="markdown"), page(TEXT, "markdown")).tables
    assert [[cell.text for cell in row.cells] for row in plain.rows] == [["名称", "金额"], ["阀门", ""]]
    assert plain.rows[0].cells[0].paragraphs[0].runs[0].bold
    assert [[cell.text for cell in row.cells] for row in merged.rows] == [["合计", "合计", "备注"], ["1", "2", "备注"]]


def test_plain_text_is_not_taken_for_markdown() -> None:
    assert styled(opened(task(1), page("# 一\n- 二 $x$ **三**")))[0] == ("Normal", "# 一\n- 二 $x$ **三**")


def test_a_paper_is_a_table_of_its_fields_with_marks_and_doubts() -> None:
    read = invoice(
        "25992000000001234567",
        "52.7",
        doubtful={"total_with_tax": "与大写不一致"},
        rows=({kind("invoice").columns[0].key: "纸"},),
    )
    book = opened(task(1), replace(read, doubts=("抬头不是本单位",)))
    fields = [[cell.text for cell in row.cells] for row in book.tables[0].rows]
    assert fields == [
        ["项目", "内容", "核对"],
        ["发票号码", "25992000000001234567", "✅"],
        ["开票日期", "2025-03-18", "✅"],
        ["价税合计", "￥52.70", "⚠️ 与大写不一致"],
    ]
    assert book.tables[1].rows[0].cells[0].text == "名称"
    assert book.tables[1].rows[1].cells[0].text == "纸"
    said = styled(book)
    assert ("List Bullet", "抬头不是本单位") in said
    assert any(text.startswith("未见：发票名称、") for _, text in said)


def test_several_files_are_parted_by_pages_and_failures_are_told() -> None:
    first = FirstSeen(task_id=task(1).id, index=0, at=NOON, match=Match.NUMBER)
    again = invoice("1", "2", first=first)
    book = opened(task(3, _2="a.pdf"), invoice("1", "2"), Failure(reason="x", text="图片打不开。"), again)
    breaks = [mark for mark in book.element.body.iter(qn("w:br")) if mark.get(qn("w:type")) == "page"]
    assert len(breaks) == 2
    headings = [text for style, text in styled(book) if style == "Heading 1"]
    assert headings == ["发票　图片1", "a.pdf", "发票　图片3"]
    with_text = opened(task(2, prompt="markdown"), invoice("1", "2"), page("# 题", "markdown"))
    assert ("Heading 1", "图片2") in styled(with_text)
    assert ("Heading 2", "题") in styled(with_text)
    assert ("Normal", "🔁 重复：这张与本条消息的第 1 个相同") in styled(book)


def test_chinese_has_its_fonts_and_nobody_is_named() -> None:
    book = opened(task(1), page("字"))
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("List Bullet", "宋体")):
        style = book.styles[name]
        found = style.element.rPr.rFonts if style.element.rPr is not None else book.styles["Normal"].element.rPr.rFonts
        assert found.get(qn("w:eastAsia")) == font
    about = book.core_properties
    assert (about.author, about.last_modified_by, about.comments, about.title) == ("", "", "", "")


def test_the_same_again_is_the_same_file() -> None:
    asked, read = task(1, prompt="markdown"), (page(TEXT, "markdown"),)
    assert make(answer_view(asked, read), Format.DOCX) == make(answer_view(asked, read), Format.DOCX)


def test_masked_values_are_masked() -> None:
    card = document_of("id_card", {"name": "张三", "number": "110101199003071234"})
    book = opened(reading(task(1, prompt="id_card"), masked=True), card)
    cells = [cell.text for row in book.tables[0].rows for cell in row.cells]
    assert "110***********1234" in cells
    assert "110101199003071234" not in cells


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_survives(text: str) -> None:
    said = "\n".join(paragraph.text for paragraph in opened(task(1), page(f"甲{text}乙")).paragraphs)
    kept = [char for char in office_text(text) if char.isprintable() and not char.isspace()]
    assert [char for char in said.split("甲", 1)[1] if char in kept][: len(kept)] == kept


def test_a_table_wider_than_word_allows_is_written_a_line_a_row() -> None:
    rows = "\n".join(f"<tr>{'<td>甲</td>' * wide}</tr>" for wide in (64, 2))
    book = opened(task(1, prompt="markdown"), page(f"<table>\n{rows}\n</table>", "markdown"))

    assert book.tables == []
    assert [text for _, text in styled(book) if "甲" in text] == [" | ".join("甲" * 64) + "\n甲 | 甲"]


def test_a_doubtful_cell_of_the_lines_bears_its_mark_and_their_head_stands_on_every_page() -> None:
    name = kind("invoice").columns[0].key
    read = document_of("invoice", {"total_with_tax": "1.00"}, rows=({name: "纸"}, {name: "笔"}))
    doubted = replace(read.rows[1], cells=(replace(read.rows[1].cells[0], status=Status.DOUBTFUL),))
    lines = opened(task(1), replace(read, rows=(read.rows[0], doubted))).tables[1]

    assert [row.cells[0].text for row in lines.rows] == ["名称", "纸", "笔 ⚠️"]
    assert [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in lines.rows] == [
        True,
        False,
        False,
    ]


def test_what_signatures_prove_stands_above_the_fields() -> None:
    signature = FileSignature(state=SignatureState.INTACT, signers=("青州税务局",))
    book = opened(task(1), replace(invoice("1", "2"), signature=signature))

    assert ("Normal", "🔏 签章完好，签章人：青州税务局") in styled(book)
