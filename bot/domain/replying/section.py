"""What a reply says of one document: its headline, its fields or its text, and what to look at again."""

from collections.abc import Iterable, Sequence

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Status
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.arrangement import ShownGroup
from bot.domain.replying.chat_text import chat_text
from bot.domain.replying.document_view import DocumentView
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.excerpt import excerpt
from bot.domain.replying.field_view import FieldView
from bot.domain.replying.formatting import short
from bot.domain.replying.join_markdown import bold, item, lines, paragraphs
from bot.domain.replying.table_summary import table_summary

VALUE_CHARACTERS = 24  # of a value in a headline; about what a phone's list of conversations shows
_NO_VALUE = "—"


def section(answer: AnswerView, view: DocumentView) -> str:
    """Return all that a reply says of a document."""
    return _of_fields(answer, view) if view.has_fields else _of_text(view, chat_text(view.blocks))


def short_section(view: DocumentView) -> str:
    """Return what a reply says of a document without fields whose text is too long for the chat."""
    return _of_text(view, excerpt(view))


def headline(view: DocumentView) -> list[str]:
    """Return a document's title and the values that stand beside it, as Markdown."""
    return [view.title, *(short(field.chat_value, VALUE_CHARACTERS) for field in view.headline)]


def reasons(view: DocumentView, fields: Iterable[FieldView]) -> list[str]:
    """Return why a document, and these fields of it, are to be looked at again, as Markdown."""
    whole = [neutralise_line(doubt) for doubt in view.document.doubts]
    return whole + [
        texts.answers.doubt(field.chat_name, neutralise_line(reason)) for field in fields for reason in field.reasons
    ]


def reason_list(reasons: Sequence[str]) -> str:
    """Return reasons below their heading; nothing where there are none."""
    return paragraphs([f"### {texts.answers.doubts_heading()}", "\n".join(map(item, reasons))]) if reasons else ""


def value_or_dash(field: FieldView) -> str:
    """Return a field's value as Markdown, a dash where it has none."""
    return field.chat_value or _NO_VALUE


def _of_fields(answer: AnswerView, view: DocumentView) -> str:
    title = bold("　".join(headline(view)))
    table = "" if answer.only else table_summary(view, hint=_how_to_get_the_table(answer))
    again = reason_list(reasons(view, view.shown.fields))
    return paragraphs(
        [title, view.posted_before, _nothing_asked_for(answer, view), _fields(answer, view), table, again]
    )


def _of_text(view: DocumentView, text: str) -> str:
    lead = texts.answers.nothing_found(view.title) if view.fields and view.has_text else ""
    again = reason_list(reasons(view, view.fields))
    return paragraphs([view.posted_before, lead, text or texts.answers.nothing_to_read(), again])


def _how_to_get_the_table(answer: AnswerView) -> str:
    """Say how to get all rows, where they do not go along anyway."""
    comes = Format.XLSX in answer.formats or not answer.takes_files
    return "" if comes else texts.answers.whole_table(remembered=answer.remembered)


def _nothing_asked_for(answer: AnswerView, view: DocumentView) -> str:
    """Say so where this kind of document has none of the fields that were asked for."""
    if not answer.only or view.shown.chosen:
        return ""
    return texts.answers.only_not_found([neutralise_line(name) for name in answer.only])


def _fields(answer: AnswerView, view: DocumentView) -> str:
    groups = [_group(group) for group in view.shown.groups]
    missing = [field.chat_name for field in view.shown.fields if field.status is Status.MISSING]
    folded = [field.chat_name for field in view.shown.folded]
    ends = [
        texts.answers.not_seen(missing) if missing else "",
        texts.answers.folded(folded, remembered=answer.remembered) if folded else "",
    ]
    return lines([*groups, *ends]) if len(groups) == 1 else paragraphs([*groups, lines(ends)])


def _group(group: ShownGroup) -> str:
    """Return a line for each field of a group that was found, below its heading."""
    found = [
        texts.answers.field_line(field.chat_name, value_or_dash(field), field.mark)
        for field in group.fields
        if field.status is not Status.MISSING
    ]
    return lines([bold(neutralise_line(group.heading)), *found]) if found else ""
