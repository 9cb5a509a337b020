"""Which files go with an answer, and what they are called."""

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
_TITLE = 20


def formats_for(answer: AnswerView, *, long: bool) -> tuple[Format, ...]:
    """Return what goes along: what was asked for, else a table of several documents' fields and a long text whole.

    Who asks for tables gets them as such, for a chat shows them as lists; who asks for some fields gets just these.
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
    """Return a file's name: what is in it, the day in China, how many: 发票_20261122_3张.xlsx."""
    titles = {view.document.title for view in answer.documents}
    title = _UNSAFE.sub("", next(iter(titles)))[:_TITLE] if len(titles) == 1 else ""
    day = datetime.fromtimestamp(answer.received_at, CHINA)
    count = [texts.attachments.file_count(len(answer.outcomes))] if answer.is_several else []
    return f"{'_'.join([title or texts.attachments.file_title(), f'{day:%Y%m%d}', *count])}.{_SUFFIXES[kind]}"
