"""The Excel workbook of an answer: sheets for each kind of document, printed tables, text and failures."""

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from bot.domain import texts
from bot.domain.page_text.blocks import plain_text
from bot.domain.page_text.tables import Table
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.document_view import FailureView
from workers.exports.cell_values import CellValue, office_text
from workers.exports.credit_lines import credit_lines
from workers.exports.kind_sheets import documents_by_kind, documents_sheet, goods_sheet
from workers.exports.planned_sheet import PlannedSheet, SheetCell
from workers.exports.sheet_writer import CellFormats, write_sheet, write_table

_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_TEXT_STAYS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(answer: AnswerView) -> bytes:
    """Return an xlsx file with sheets for each kind of document and its lines, each printed table, text and failures.

    Text stays text, whatever it looks like.
    """
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {**_TEXT_STAYS, "in_memory": True, "default_format_properties": {**_FONT}})
    created = datetime.fromtimestamp(int(answer.received_at), UTC).replace(tzinfo=None)
    book.set_properties({"author": "", "created": created, "comments": office_text("\n".join(credit_lines(answer)))})
    formats = CellFormats(book=book)
    kinds = documents_by_kind(answer)
    for kind in kinds:
        write_sheet(book, formats, documents_sheet(kind))
    is_only_goods_sheet = sum(kind.has_rows for kind in kinds) == 1
    for kind in kinds:
        sheet = goods_sheet(kind, texts.attachments.sheet_lines("" if is_only_goods_sheet else kind.title))
        if sheet is not None:
            write_sheet(book, formats, sheet)
    _write_texts(book, formats, answer)
    _write_failures(book, formats, answer)
    _write_credits(book, formats, answer)
    book.close()
    return data.getvalue()


def _write_texts(book: Any, formats: CellFormats, answer: AnswerView) -> None:
    """Write documents without fields: each table to a sheet of its own, all other text to one sheet, a row a line."""
    rows: list[tuple[SheetCell, ...]] = []
    number = 0
    for view in answer.documents:
        if view.has_fields:
            continue
        for table in (block for block in view.blocks if isinstance(block, Table)):
            number += 1
            write_table(book, formats, texts.attachments.sheet_table(number), table)
        rest = plain_text([block for block in view.blocks if not isinstance(block, Table)])
        rows += [_text_row(view.source, line) for line in rest.split("\n") if line.strip()]
    if rows:
        plan = PlannedSheet(
            name=texts.attachments.sheet_text(), head=texts.attachments.columns_text(), rows=tuple(rows)
        )
        write_sheet(book, formats, plan)


def _write_failures(book: Any, formats: CellFormats, answer: AnswerView) -> None:
    failures = (view for view in answer.outcomes if isinstance(view, FailureView))
    rows = tuple(_text_row(view.source, view.failure.text) for view in failures)
    if rows or not book.worksheets():
        write_sheet(
            book,
            formats,
            PlannedSheet(name=texts.attachments.sheet_failed(), head=texts.attachments.columns_failed(), rows=rows),
        )


def _write_credits(book: Any, formats: CellFormats, answer: AnswerView) -> None:
    """Write a last sheet that says whose output the others hold, if a licence wants anything said."""
    rows = tuple(
        _text_row(credit.model, credit.notice, credit.terms)
        for credit in answer.credits
        if credit.notice or credit.terms
    )
    if rows:
        head = texts.attachments.columns_credits()
        write_sheet(book, formats, PlannedSheet(name=texts.attachments.sheet_credits(), head=head, rows=rows))


def _text_row(*columns: str) -> tuple[SheetCell, ...]:
    return tuple(SheetCell(value=CellValue(content=office_text(text))) for text in columns)
