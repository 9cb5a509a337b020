"""Which files are sent with an answer, and their names."""

import re
from datetime import datetime

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.china import CHINA
from bot.domain.page_text.tables import Table
from bot.domain.prompt import Output
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.document_view import DocumentView

_SUFFIXES = {Format.XLSX: "xlsx", Format.DOCX: "docx", Format.JSON: "zip"}
_UNSAFE = re.compile(r"[^\w\u3400-\u9fff-]+")
_TITLE_CHARACTERS = 20


def formats_for(answer: AnswerView, *, long: bool) -> tuple[Format, ...]:
    """Return the formats of the files to send: those asked for, else what the chat cannot show well.

    That is a spreadsheet for the fields of several documents, unless only some fields were asked for, and for tables
    that were asked for, because the chat shows them as lists; and a document for `long` texts.
    """
    if not any(view.has_text or view.has_fields for view in answer.documents):
        return ()
    if answer.formats:
        return answer.formats
    table = (len(answer.with_fields) > 1 and not answer.only) or any(map(_has_tables_asked_for, answer.documents))
    return (*([Format.XLSX] if table else []), *([Format.DOCX] if long else []))


def _has_tables_asked_for(view: DocumentView) -> bool:
    asked = view.prompt is not None and view.prompt.output is Output.TABLE
    return asked and any(isinstance(block, Table) for block in view.blocks)


def file_name(answer: AnswerView, kind: Format) -> str:
    """Return a file's name: kind of document, day in China, number of files, as in 发票_20261122_3张.xlsx."""
    titles = {view.document.title for view in answer.documents}
    title = _UNSAFE.sub("", next(iter(titles)))[:_TITLE_CHARACTERS] if len(titles) == 1 else ""
    day = datetime.fromtimestamp(answer.received_at, CHINA)
    count = [texts.attachments.file_count(len(answer.outcomes))] if answer.is_several else []
    return f"{'_'.join([title or texts.attachments.file_title(), f'{day:%Y%m%d}', *count])}.{_SUFFIXES[kind]}"
