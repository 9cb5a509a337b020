"""Which files go with an answer, and what they are called."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.china import CHINA
from bot.domain.document import Document, Outcome
from bot.domain.page_text.blocks import tables_in
from bot.domain.prompt import Output
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.document_view import has_fields
from bot.domain.task import Format, Task
from bot.domain.texts import chat as texts

MOST_BYTES = 20 * 1024 * 1024  # of one upload: DingTalk's limit
_SUFFIXES = {Format.XLSX: "xlsx", Format.DOCX: "docx", Format.JSON: "zip"}
_UNSAFE = re.compile(r"[^\w\u3400-\u9fff-]+")
_TITLE = 20


def formats_for(task: Task, documents: Sequence[Document], *, long: bool) -> tuple[Format, ...]:
    """Return what goes along: what was asked for, else a table of several papers' fields and a long text whole.

    Who asks for tables gets them as such, for a chat shows them as lists; who asks for some fields gets just these.
    """
    if not any(document.text.strip() or has_fields(document) for document in documents):
        return ()
    if task.to_read.formats:
        return tuple(dict.fromkeys(task.to_read.formats))
    table = (sum(map(has_fields, documents)) > 1 and not task.to_read.wanted_fields) or any(
        _asked_for_tables(task, document) for document in documents
    )
    return (*([Format.XLSX] if table else []), *([Format.DOCX] if long else []))


def _asked_for_tables(task: Task, document: Document) -> bool:
    prompt = prompt_of(task, document)
    return prompt is not None and prompt.output is Output.TABLE and bool(tables_in(document.text))


def file_name(task: Task, outcomes: Sequence[Outcome], kind: Format) -> str:
    """Return a file's name: what is in it, the day in China, how many: 发票_20261122_3张.xlsx."""
    titles = {outcome.title for outcome in outcomes if isinstance(outcome, Document)}
    title = _UNSAFE.sub("", next(iter(titles)))[:_TITLE] if len(titles) == 1 else ""
    day = datetime.fromtimestamp(task.received_at, CHINA)
    count = [texts.file_count(len(outcomes))] if len(outcomes) > 1 else []
    return f"{'_'.join([title or texts.file_title(), f'{day:%Y%m%d}', *count])}.{_SUFFIXES[kind]}"


def source_name(task: Task, index: int) -> str:
    """Return what the file of an outcome is called: its own name, or for a picture its number."""
    attachment = task.attachments[index] if index < len(task.attachments) else None
    return (attachment.name if attachment else "") or texts.picture_number(index + 1)
