"""What a reply says of one document: its headline, its fields or its text, and what to look at again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.china import CHINA
from bot.domain.document import Document, Field, Status
from bot.domain.page_text.blocks import is_markup, passages
from bot.domain.prompt import Prompt
from bot.domain.replying.arrangement import Arrangement, arrange
from bot.domain.replying.chat_text import chat_text, lines
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.excerpt import shortened
from bot.domain.replying.formatting import MARKS, in_yuan, short, written
from bot.domain.replying.table_summary import lines_line
from bot.domain.task import Format, Task
from bot.domain.texts import chat as texts

VALUE_CHARACTERS = 24  # of a value in a headline; about what a phone's list of conversations shows
_NO_VALUE = "—"


def has_fields(document: Document) -> bool:
    """Whether any field was found."""
    return any(field.status is not Status.MISSING for field in document.fields)


def section(task: Task, document: Document, *, brief: bool = False) -> str:
    """Return all that is said of a document; `brief` shows the beginning of its text only."""
    if has_fields(document):
        prompt = prompt_of(task, document)
        shown = arrange(document.fields, prompt, task.to_read.wanted_fields)
        title = f"**{'　'.join(headline(task, document))}**"
        fields = _field_lines(document, shown, prompt, remembered=task.remember_seconds > 0)
        table = "" if task.to_read.wanted_fields else lines_line(document, prompt, hint=_how_to_get_the_table(task))
        told = _doubts(document, shown.fields)
        return paragraphs([title, seen(task, document), _lost(task, shown), fields, table, told])
    text = text_of(task, document, brief=brief) or texts.nothing_to_read()
    nothing = document.fields and document.text.strip()
    lead = texts.nothing_found(neutralise_line(document.title)) if nothing else ""
    return paragraphs([seen(task, document), lead, text, _doubts(document, document.fields)])


def text_of(task: Task, document: Document, *, brief: bool = False) -> str:
    """Return a document's text as the chat shows it; with `brief` its beginning."""
    parts = passages(document.text, markup=is_markup(prompt_of(task, document)))
    return shortened(document, parts) if brief else chat_text(parts)


def headline(task: Task, document: Document) -> list[str]:
    """Return the document's title and the values that its prompt puts beside it, where they were found."""
    return [
        neutralise_line(document.title),
        *(short(value_of(task, document, one), VALUE_CHARACTERS) for one in headlined(task, document)),
    ]


def headlined(task: Task, document: Document) -> list[Field]:
    """Return the fields whose values stand beside the title."""
    prompt = prompt_of(task, document)
    found = {field.key: field for field in document.fields if field.value}
    return [found[key] for key in (prompt.headline if prompt else ()) if key in found]


def value_of(task: Task, document: Document, field: Field) -> str:
    """Return a value as the chat shows it."""
    return neutralise_line(written(field, prompt_of(task, document), yuan=in_yuan(document)))


def seen(task: Task, document: Document) -> str:
    """Say when and by whom the same paper was posted before; nothing where it was not."""
    first = document.first
    if first is None:
        return ""
    if first.task_id == task.id:
        return texts.seen_in_this_message(first.index + 1, first.match)
    then, now = (datetime.fromtimestamp(at, CHINA) for at in (first.at, task.received_at))
    year = 0 if then.year == now.year else then.year
    when = texts.day_and_time(year, then.month, then.day, f"{then:%H:%M}")
    own = bool(first.staff_id) and first.staff_id == task.recipient.staff_id
    who = "" if own else f" {neutralise_line(first.nick)} " if first.nick else texts.somebody()
    return texts.seen_before(when, who, first.match)


def reasons(document: Document, fields: Iterable[Field]) -> list[str]:
    """Return why a document, and these fields of it, are to be looked at again, neutral."""
    found = [neutralise_line(doubt) for doubt in document.doubts]
    for field in fields:
        unsaid = (texts.doubt_without_reason(),) if field.status is Status.DOUBTFUL else ()
        found += [texts.doubt(neutralise_line(field.name), neutralise_line(doubt)) for doubt in field.doubts or unsaid]
    return found


def doubt_list(said: Sequence[str]) -> str:
    """Return reasons below their heading; nothing where there are none."""
    return paragraphs([f"### {texts.doubts_heading()}", "\n".join(f"- {one}" for one in said)]) if said else ""


def paragraphs(blocks: Iterable[str]) -> str:
    """Return blocks parted by blank lines, without the empty ones."""
    return "\n\n".join(filter(None, blocks))


def _how_to_get_the_table(task: Task) -> str:
    """Say how to get all lines, where they do not go along anyway."""
    gets_it = Format.XLSX in task.to_read.formats or not task.recipient.reachable
    return "" if gets_it else texts.whole_table(remembered=task.remember_seconds > 0)


def _doubts(document: Document, fields: Iterable[Field]) -> str:
    return doubt_list(reasons(document, fields))


def _lost(task: Task, shown: Arrangement) -> str:
    """Say so where this kind of document has nothing of what was asked for."""
    lost = task.to_read.wanted_fields and not shown.chosen
    return texts.only_not_found([neutralise_line(name) for name in task.to_read.wanted_fields]) if lost else ""


def _field_lines(document: Document, shown: Arrangement, prompt: Prompt | None, *, remembered: bool) -> str:
    yuan = in_yuan(document)
    blocks = []
    for block in shown.blocks:
        named = [
            texts.field_line(
                neutralise_line(field.name),
                neutralise_line(written(field, prompt, yuan=yuan)) or _NO_VALUE,
                MARKS.get(field.status, ""),
            )
            for field in block.fields
            if field.status is not Status.MISSING
        ]
        heading = [f"**{neutralise_line(block.heading)}**"] if block.heading and named else []
        blocks.append(lines([*heading, *named]))
    missing = [neutralise_line(field.name) for field in shown.fields if field.status is Status.MISSING]
    folded = [neutralise_line(field.name) for field in shown.folded]
    ends = [texts.not_seen(missing) if missing else "", texts.folded(folded, remembered=remembered) if folded else ""]
    return lines([*blocks, *ends]) if len(blocks) == 1 else paragraphs([*blocks, lines(ends)])
