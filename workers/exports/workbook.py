import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from bot.domain.document import Document, Failure, Outcome
from bot.domain.page_text.blocks import as_text, is_markup, passages
from bot.domain.page_text.tables import Table
from bot.domain.replying.attachments import source_name
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.document_view import has_fields
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from workers.exports.cells import CellValue, clean
from workers.exports.papers import kind_page, lines_page, papers
from workers.exports.sheets import Looks, Sheet, SheetCell, write_page, write_table

_FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_TEXT_STAYS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(task: Task, outcomes: Sequence[Outcome]) -> bytes:
    """Return an xlsx: a sheet for each kind of paper and its lines, each printed table, the text, what failed.

    What is text stays text, whatever it looks like.
    """
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {**_TEXT_STAYS, "in_memory": True, "default_format_properties": {**_FONT}})
    created = datetime.fromtimestamp(int(task.received_at), UTC).replace(tzinfo=None)
    book.set_properties({"author": "", "created": created})
    looks = Looks(book=book)
    kinds = papers(task, outcomes)
    for kind in kinds:
        write_page(book, looks, kind_page(kind))
    for kind in kinds:
        alone = sum(any(document.rows for _, document in one.documents) for one in kinds) == 1
        page = lines_page(kind, texts.sheet_lines("" if alone else kind.title))
        if page is not None:
            write_page(book, looks, page)
    _write_texts(book, looks, task, outcomes)
    _write_failures(book, looks, task, outcomes)
    book.close()
    return data.getvalue()


def _write_texts(book: Any, looks: Looks, task: Task, outcomes: Sequence[Outcome]) -> None:
    """Write the tables of documents without fields, each to a sheet, and what else they say, a line a row."""
    rows: list[tuple[SheetCell, ...]] = []
    number = 0
    for index, outcome in enumerate(outcomes):
        if not isinstance(outcome, Document) or has_fields(outcome):
            continue
        parts = passages(outcome.text, markup=is_markup(prompt_of(task, outcome)))
        for table in (part for part in parts if isinstance(part, Table)):
            number += 1
            write_table(book, looks, texts.sheet_table(number), table)
        rest = as_text([part for part in parts if not isinstance(part, Table)])
        rows += [_row(source_name(task, index), line) for line in rest.split("\n") if line.strip()]
    if rows:
        write_page(book, looks, Sheet(name=texts.sheet_text(), head=texts.columns_text(), rows=tuple(rows)))


def _write_failures(book: Any, looks: Looks, task: Task, outcomes: Sequence[Outcome]) -> None:
    failed = [(index, one) for index, one in enumerate(outcomes) if isinstance(one, Failure)]
    rows = tuple(_row(source_name(task, index), one.text) for index, one in failed)
    if rows or not book.worksheets():
        write_page(book, looks, Sheet(name=texts.sheet_failed(), head=texts.columns_failed(), rows=rows))


def _row(*said: str) -> tuple[SheetCell, ...]:
    return tuple(SheetCell(value=CellValue(content=clean(text))) for text in said)
