"""Tables of what was read, opened again: values, types, formulas, and text that stays text."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, FileSignature, FirstSeen, Match, Outcome, SignatureState, Status
from bot.domain.prompt import FieldType
from bot.domain.replying.answer_view import answer_view
from bot.domain.task import Task
from bot.domain.texts.display_width import width
from tests.fakes.read_documents import NOON, document_of, invoice, kind, page, task
from tests.fakes.tasks import reading
from workers.exports import make
from workers.exports.cell_values import MOST_CHARACTERS, office_text, printed_value
from workers.exports.planned_sheet import sheet_name


def opened(asked: Task, *outcomes: Outcome, formulas: bool = False) -> Any:
    data = make(answer_view(asked, outcomes), Format.XLSX)
    return load_workbook(io.BytesIO(data), data_only=not formulas)


def head(sheet: Any) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def column(sheet: Any, name: str) -> list[object]:
    index = head(sheet).index(name) + 1
    return [sheet.cell(row, index).value for row in range(2, sheet.max_row + 1)]


FULL = document_of(
    "invoice",
    {
        "invoice_number": "25992000000001234567",
        "invoice_code": "012001800311",
        "issue_date": "2025-03-18",
        "check_code": "76521348905542311234",
        "amount_without_tax": "3285.44",
        "tax_amount": "427.11",
        "total_with_tax": "3712.55",
        "remarks": "=cmd|' /C calc'!A0",
    },
    doubtful={"tax_amount": "与金额不符"},
)


def test_a_row_holds_all_fields_in_the_prompts_order_with_their_types() -> None:
    sheet = opened(task(2, _1="报销.pdf"), FULL, invoice("2", "-30"))["发票"]
    names = [spec.name for spec in kind("invoice").fields]
    assert head(sheet) == ["序号", *names, "计入合计", "核对", "存疑", "重复", "文件", "编号"]
    row = dict(zip(head(sheet), sheet[2], strict=True))
    assert row["发票号码"].value == "25992000000001234567"
    assert row["发票代码"].value == "012001800311"
    assert row["发票号码"].number_format == "@"
    assert row["开票日期"].value.isoformat() == "2025-03-18T00:00:00"
    assert row["开票日期"].number_format == "yyyy-mm-dd"
    assert row["价税合计"].value == 3712.55
    assert row["价税合计"].number_format == "#,##0.00"
    assert row["备注"].value == "=cmd|' /C calc'!A0"
    assert row["备注"].data_type == "s"
    assert row["收款人"].value is None
    assert (row["核对"].value, row["存疑"].value) == ("⚠️ 存疑", "合计税额：与金额不符")
    assert row["合计税额"].fill.fgColor.rgb != row["合计金额"].fill.fgColor.rgb
    assert (row["文件"].value, row["编号"].value) == ("报销.pdf", task(1).id)
    assert column(sheet, "核对")[1] == "✅ 已核对"
    assert column(sheet, "文件")[1] == "图片2"


def test_the_sums_are_formulas_that_have_their_value_already() -> None:
    same = FirstSeen(task_id=task(1).id, index=0, at=NOON, match=Match.NUMBER)
    papers = (FULL, invoice("2", "-30"), replace(FULL, first=same))
    values, formulas = (opened(task(3), *papers, formulas=one)["发票"] for one in (False, True))
    assert column(values, "价税合计") == [3712.55, -30, 3712.55, 3682.55]
    assert column(values, "合计税额") == [427.11, None, 427.11, 427.11]
    assert column(values, "计入合计") == ["是", "是", "否", None]
    assert column(values, "重复")[2] == "重复：这张与本条消息的第 1 个相同"
    letter = formulas.cell(1, head(formulas).index("价税合计") + 1).column_letter
    counts = formulas.cell(1, head(formulas).index("计入合计") + 1).column_letter
    assert column(formulas, "价税合计")[3] == f'=SUMIF(${counts}$2:${counts}$4,"是",{letter}$2:{letter}$4)'
    assert values.cell(5, 1).value == "合计"


def test_the_head_stays_filters_and_is_wide_enough() -> None:
    sheet = opened(task(2), FULL, FULL)["发票"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith("3")
    for cell in sheet[1]:
        assert sheet.column_dimensions[cell.column_letter].width >= min(42, width(str(cell.value)))


def test_each_kind_has_its_sheet_and_unit_prices_are_not_added() -> None:
    taxi = document_of("taxi", {spec.key: "2.30" for spec in kind("taxi").fields if spec.type is FieldType.MONEY})
    book = opened(task(4), FULL, taxi, Failure(reason="x", text="图片打不开。"), taxi)
    assert book.sheetnames == ["发票", "出租车票", "没有读出来"]
    assert column(book["出租车票"], "单价") == [2.3, 2.3, None]
    assert column(book["出租车票"], "总金额") == [2.3, 2.3, 4.6]
    assert column(book["出租车票"], "序号") == ["2", "4", "合计"]
    assert [cell.value for cell in book["没有读出来"][2]] == ["图片3", "图片打不开。"]


def test_lines_of_goods_have_a_sheet_and_lead_to_their_invoice() -> None:
    keys = [spec.key for spec in kind("invoice").columns if spec.form != "toll"]
    goods = tuple(dict(zip(keys, row, strict=False)) for row in (["纸", "A4", "箱", "2", "23.32", "46.64"], ["=1+1"]))
    with_goods = invoice("33207675", "52.70", rows=goods)
    sheet = opened(task(2), invoice("1", "2"), with_goods)["明细"]
    assert head(sheet) == ["发票号码", "名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额", "计入合计"]
    assert column(sheet, "名称") == ["纸", "=1+1", None]
    assert column(sheet, "数量")[0] == 2
    assert column(sheet, "单价")[0] == 23.32
    assert column(sheet, "金额") == [46.64, None, 46.64]
    assert sheet["A2"].value == "33207675"
    assert sheet["A2"].hyperlink is not None
    assert sheet["A2"].hyperlink.location == "'发票'!A3"
    same = FirstSeen(task_id=task(1).id, index=0, at=NOON, match=Match.NUMBER)
    twice = opened(task(2), with_goods, replace(with_goods, first=same))["明细"]
    assert column(twice, "金额") == [46.64, None, 46.64, None, 46.64]
    assert column(twice, "计入合计") == ["是", "是", "否", "否", None]


def test_masked_values_are_masked() -> None:
    card = document_of("id_card", {"name": "张三", "number": "110101199003071234"})
    asked = reading(task(2, prompt="id_card"), masked=True)
    shown = {str(cell.value) for row in opened(asked, card, card)["身份证"].iter_rows() for cell in row}
    assert "110101199003071234" not in " ".join(shown)
    assert "110***********1234" in shown


def test_printed_tables_have_a_sheet_each_with_numbers_and_merged_cells() -> None:
    text = (
        "说明\n| 名称 | 数量 | 编号 |\n|---|---|---|\n| =A1 | 1,234.50 | 00123 |\n\n"
        "<table>\n<caption>表 2：年/月</caption>\n"
        '<tr><td colspan="2">合计</td></tr>\n<tr><td>1</td><td>12345678901</td></tr>\n</table>\n结尾'
    )
    book = opened(task(1, prompt="table"), page(text, "table"))
    assert book.sheetnames == ["表格1", "表 2：年月", "文字"]
    first, second = book["表格1"], book["表 2：年月"]
    assert [cell.value for cell in first[2]] == ["=A1", 1234.5, "00123"]
    assert (first["A2"].data_type, first["B2"].number_format) == ("s", "#,##0.00")
    assert [str(area) for area in second.merged_cells.ranges] == ["A1:B1"]
    assert [cell.value for cell in second[2]] == [1, "12345678901"]
    assert column(book["文字"], "文字") == ["说明", "结尾"]


def test_the_same_again_is_the_same_file_and_names_nobody() -> None:
    asked, read = task(2), (FULL, invoice("2", "1"))
    assert make(answer_view(asked, read), Format.XLSX) == make(answer_view(asked, read), Format.XLSX)
    about = opened(asked, *read).properties
    assert not about.creator
    assert not about.lastModifiedBy
    assert about.created.replace(tzinfo=UTC) == datetime.fromtimestamp(NOON, UTC)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=40)
    | st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "http://a.cn", "_x0041_", "{=1}", " a ", "1e5"])
)
def test_any_text_survives_as_text_and_is_never_a_formula(text: str) -> None:
    read = document_of("invoice", {"invoice_number": text, "total_with_tax": text, "issue_date": text, "remarks": text})
    if not text:
        return
    sheet = opened(task(1), read, formulas=True)["发票"]
    cells = dict(zip(head(sheet), sheet[2], strict=True))
    for name in ("发票号码", "备注"):
        assert (cells[name].value or "") == office_text(text)
        assert cells[name].data_type in {"s", "n"}
        assert not (cells[name].data_type == "n" and cells[name].value is not None)
    assert all(cell.data_type != "f" for cell in sheet[2])


@given(st.text())
def test_what_a_cell_holds_loses_only_what_nobody_sees(text: str) -> None:
    kept = office_text(text)
    assert len(kept) <= MOST_CHARACTERS
    assert [char for char in kept if char.isprintable()] == [char for char in text if char.isprintable()]


@given(st.text(max_size=50))
def test_every_title_makes_a_sheets_name(title: str) -> None:
    name = sheet_name(title)
    assert 1 <= len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert name.strip("'") == name


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("1,234.50", Decimal("1234.50")),
        ("-0.5", Decimal("-0.5")),
        ("0", Decimal(0)),
        ("007", "007"),
        ("13800138000", "13800138000"),
        ("1,23", "1,23"),
        ("12%", "12%"),
        ("１２", "１２"),
        ("1.2.3", "1.2.3"),
        ("", ""),
    ],
)
def test_printed_numbers_are_numbers_where_they_are_plainly_some(text: str, content: object) -> None:
    assert printed_value(text).content == content


def test_an_amount_with_more_digits_than_a_number_keeps_stays_text() -> None:
    sheet = opened(task(1), invoice("1", "12345678901234567.89"))["发票"]
    assert column(sheet, "价税合计")[0] == "12345678901234567.89"


def test_a_free_extraction_has_the_names_that_were_asked_for() -> None:
    asked = reading(task(1), candidates=())
    read = replace(FULL, prompt="extract", title="自由提取", fields=FULL.fields[:3])
    assert head(opened(asked, read)["自由提取"])[1:4] == ["发票名称", "发票代码", "发票号码"]
    assert isinstance(read, Document)
    assert read.fields[0].status is Status.MISSING


def test_a_paper_with_a_doubtful_line_is_not_called_checked() -> None:
    read = document_of("invoice", {"total_with_tax": "1.00"}, rows=({kind("invoice").columns[0].key: "纸"},))
    doubted = replace(read.rows[0], cells=(replace(read.rows[0].cells[0], status=Status.DOUBTFUL),))
    sheet = opened(task(2), read, replace(read, rows=(doubted,)))["发票"]

    assert column(sheet, "核对")[:2] == ["✅ 已核对", "⚠️ 存疑"]


def test_what_signatures_prove_has_a_column_if_there_is_anything_to_say() -> None:
    intact, changed = (
        replace(invoice("1", "2"), signature=FileSignature(state=state))
        for state in (SignatureState.INTACT, SignatureState.CHANGED)
    )
    sheet = opened(task(3), intact, changed, invoice("3", "4"))["发票"]

    assert head(sheet)[-6:] == ["核对", "存疑", "签章", "重复", "文件", "编号"]
    assert column(sheet, "签章")[:3] == ["签章完好：签章后内容没有改过（没有核对是谁签的）", "内容在签章后改过", None]
