"""What two engines read the same is evidence in files; the chat is told only of what they read differently."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import docx
import openpyxl

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain import wire
from bot.domain.attachment_format import Format
from bot.domain.document import Agreement, Document, Status
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.reply import render
from bot.domain.task import Correction
from tests.fakes.read_documents import document_of, invoice, task
from tests.fakes.tasks import reading
from workers.exports import make
from workers.exports.json_export import outcome_json

SELLER = "销售方名称"


def compared(agreement: Agreement = Agreement.SAME) -> Document:
    read = document_of("invoice", {"seller_name": "青州商贸有限公司", "total_with_tax": "2"}, status=Status.UNCHECKED)
    doubts = ("两次读数不同",) if agreement is Agreement.DIFFERENT else ()
    fields = (
        replace(one, second=agreement, doubts=doubts, status=Status.DOUBTFUL if doubts else one.status)
        if one.name == SELLER
        else one
        for one in read.fields
    )
    return replace(read, fields=tuple(fields))


def sheet_of(*documents: Document) -> Any:
    data = make(answer_view(task(len(documents)), documents), Format.XLSX)
    return openpyxl.load_workbook(io.BytesIO(data))["发票"]


def test_machines_are_told_of_both_outcomes() -> None:
    for agreement in Agreement:
        fields: Any = outcome_json("a.png", compared(agreement))["fields"]
        assert fields[SELLER]["second_reading"] == agreement.value
        assert "second_reading" not in fields["价税合计"]


def test_a_workbook_lists_the_fields_that_were_read_the_same() -> None:
    sheet = sheet_of(compared(), invoice("1", "2"))
    column = [cell.value for cell in sheet[1]].index("两次读数一致")
    assert [sheet.cell(row, column + 1).value for row in (2, 3)] == [SELLER, None]


def test_a_workbook_has_no_such_column_where_nothing_was_compared() -> None:
    assert "两次读数一致" not in [cell.value for cell in sheet_of(invoice("1", "2"))[1]]


def test_a_word_document_says_it_beside_the_value_without_a_sign() -> None:
    book = docx.Document(io.BytesIO(make(answer_view(task(1), [compared()]), Format.DOCX)))
    rows = {row.cells[0].text: row.cells[2].text for row in book.tables[0].rows}
    assert rows[SELLER] == "两次读数一致"


def test_the_chat_says_nothing_of_agreement() -> None:
    (text,) = render(answer_view(task(1), [compared()]), MESSAGE_LIMITS).parts
    assert f"{SELLER}：青州商贸有限公司\n" in text.replace("  \n", "\n")
    assert "两次" not in text
    (text,) = render(answer_view(task(1), [compared(Agreement.DIFFERENT)]), MESSAGE_LIMITS).parts
    assert f"{SELLER}：两次读数不同" in text


def test_a_corrected_value_is_what_no_engine_read() -> None:
    correction = Correction(name=SELLER, value="临淄五金厂")
    view = answer_view(reading(task(1), corrections=(correction,)), [compared()])
    with zipfile.ZipFile(io.BytesIO(make(view, Format.JSON))) as archive:
        (result,) = json.loads(archive.read(archive.namelist()[0]))["results"]
    assert result["fields"][SELLER]["value"] == "临淄五金厂"
    assert "second_reading" not in result["fields"][SELLER]


def test_the_last_line_says_who_read_instead_of_whom() -> None:
    read = replace(invoice("1", "2"), engine="rapid", instead_of="hunyuan")
    last = render(answer_view(task(1), [read]), MESSAGE_LIMITS).parts[-1].splitlines()[-1]
    assert "CPU 引擎代读（HunyuanOCR暂时用不上" in last
    assert outcome_json("a.png", read)["instead_of"] == "hunyuan"
    assert "instead_of" not in outcome_json("a.png", invoice("1", "2"))


def test_it_survives_redis() -> None:
    read = replace(compared(), instead_of="vllm")
    assert wire.decode_outcome(wire.encode(read)) == read
