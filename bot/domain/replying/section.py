"""The section of a reply about one document: headline, fields or text, and what to check."""

from collections.abc import Iterable, Sequence

from bot.domain import texts
from bot.domain.asking.printed.rows_with_words import rows_with_words
from bot.domain.attachment_format import Format
from bot.domain.document import Status
from bot.domain.prompt import FieldType, squeezed
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
from bot.domain.task import WordsToFind

VALUE_CHARACTERS = 24  # of a value in a headline; about as much as a phone's list of conversations shows
_NO_VALUE = "—"
_SUMS = ("合计", "总计", "共计", "总额", "应缴", "应付", "实付")  # what a page says beside an amount that is asked for


def section(answer: AnswerView, view: DocumentView) -> str:
    """Return everything that a reply says about a document."""
    return _fields_section(answer, view) if view.has_fields else _text_section(answer, view, chat_text(view.blocks))


def short_section(answer: AnswerView, view: DocumentView) -> str:
    """Return the section about a document without fields whose text is too long for the chat."""
    return _text_section(answer, view, excerpt(view))


def headline(view: DocumentView) -> list[str]:
    """Return a document's title and the values beside it, as Markdown."""
    return [view.title, *(short(field.chat_value, VALUE_CHARACTERS) for field in view.headline)]


def reasons(view: DocumentView, fields: Iterable[FieldView]) -> list[str]:
    """Return why a person should check a document and these of its fields, as Markdown."""
    whole = [neutralise_line(doubt) for doubt in view.document.doubts]
    return whole + [
        texts.answers.doubt(field.chat_name, neutralise_line(reason)) for field in fields for reason in field.reasons
    ]


def reason_list(reasons: Sequence[str]) -> str:
    """Return reasons as a list with a heading, "" if there are none."""
    return paragraphs([f"### {texts.answers.doubts_heading()}", "\n".join(map(item, reasons))]) if reasons else ""


def value_or_dash(field: FieldView) -> str:
    """Return a field's value as Markdown, a dash if it has none."""
    return field.chat_value or _NO_VALUE


def _fields_section(answer: AnswerView, view: DocumentView) -> str:
    columns = _columns(answer, view)
    if columns and not view.shown.chosen:
        return paragraphs([bold("　".join(headline(view))), lines(columns)])
    title = "" if view.is_by_name else bold("　".join(headline(view)))
    table = "" if answer.only else table_summary(view, hint=_how_to_get_the_table(answer))
    to_check = reason_list(reasons(view, view.shown.fields))
    asked = paragraphs([_fields(answer, view), lines(columns), _rows_asked_for(answer, view)])
    return paragraphs(
        [
            # The answer to a question comes first, and then which paper it is about.
            *([asked, title] if view.shown.chosen else [title]),
            view.posted_before,
            _nothing_asked_for(answer, view),
            "" if view.shown.chosen else asked,
            table,
            "" if answer.only else neutralise_line(view.signed),
            to_check,
        ]
    )


def _columns(answer: AnswerView, view: DocumentView) -> list[str]:
    """Return a line for each column that was asked for by name, with its different values."""
    found = [(name, view.column_named(name)) for name in answer.only]
    return [
        texts.answers.column_line(neutralise_line(name), [(cell.chat_value, cell.mark) for cell in cells])
        for name, cells in found
        if cells
    ]


def _nothing_found(view: DocumentView, names: Sequence[str], *, text_follows: bool) -> str:
    """Return a sentence that nothing of what the person named was found, "" if they named neither field nor kind."""
    if names:
        return texts.answers.fields_not_found(names, text_follows=text_follows)
    may_lack = view.fields and view.has_text and view.kind_named
    return texts.answers.nothing_found(view.title) if may_lack else ""


def _names_asked_for(answer: AnswerView, view: DocumentView) -> list[str]:
    if not view.fields or not view.has_text:
        return []
    by_name = [field.chat_name for field in view.fields] if view.is_by_name else []
    return [neutralise_line(name) for name in answer.only] or by_name


def _rows_asked_for(answer: AnswerView, view: DocumentView, names: Sequence[str] = ()) -> str:
    """Return the rows of a document that have words of the question, or these names, as Markdown.

    "" if none has, or if what was asked for stands in one of them and is shown already.
    """
    words = (*answer.find, *map(_label, names))
    found = rows_with_words(view.document.text, words, guess=not view.has_fields)
    rows = [*map(neutralise_line, found)]
    shown = [squeezed(field.field.value) for field in view.shown.fields if view.shown.chosen and field.field.value]
    is_shown = any(value in squeezed(row) for row in rows for value in shown)
    return texts.answers.printed(rows) if rows and not is_shown else ""


def _label(name: str) -> WordsToFind:
    text = squeezed(name)
    return WordsToFind(text=text, own=tuple(range(len(text))), alone=True)


def _text_section(answer: AnswerView, view: DocumentView, text: str) -> str:
    to_check = reason_list(reasons(view, view.fields))
    names = _names_asked_for(answer, view)
    asks_for_money = bool(names) and any(field.type is FieldType.MONEY for field in view.fields)
    as_named = _rows_asked_for(answer, view, names) if names else ""
    printed = as_named or _rows_asked_for(answer, view, _SUMS if asks_for_money else ())
    shown = printed or text or texts.answers.nothing_to_read(explained=to_check != "")
    missing = "" if as_named else _nothing_found(view, names, text_follows=not printed)
    return paragraphs([view.posted_before, missing, shown, neutralise_line(view.signed), to_check])


def _how_to_get_the_table(answer: AnswerView) -> str:
    """Return how to get all rows, "" if a file holds them or none can be sent."""
    is_moot = Format.XLSX in answer.formats or not answer.takes_files
    return "" if is_moot else texts.answers.whole_table(remembered=answer.remembered)


def _nothing_asked_for(answer: AnswerView, view: DocumentView) -> str:
    """Return a sentence that the document has none of the fields asked for, "" if it has some."""
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
    """Return the heading of a group and a line for each field that is not missing."""
    field_lines = [
        texts.answers.field_line(field.chat_name, value_or_dash(field), field.mark)
        for field in group.fields
        if field.status is not Status.MISSING
    ]
    return lines([bold(neutralise_line(group.heading)), *field_lines]) if field_lines else ""
