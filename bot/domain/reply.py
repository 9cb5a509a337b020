from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.domain import texts
from bot.domain.document import Document, Failure, Field, Outcome, Status
from bot.domain.markdown import BREAK, neutralise, neutralise_line
from bot.domain.parts import split
from bot.domain.prompts import FieldType, Prompt
from bot.domain.task import Task

_MARKS = {Status.CHECKED: "✅", Status.DOUBTFUL: "⚠️"}
_NO_VALUE = "—"
_TITLE_CHARACTERS = 24  # about what a phone's list of conversations shows; a kind, a sum and a date fit
_NAME_CHARACTERS = 40
_CENTS = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Markdown ready to send: `title` shows in the conversation list, each part is one message within the limits."""

    title: str
    parts: tuple[str, ...]


def render(task: Task, outcomes: Sequence[Outcome]) -> Reply:
    """Return the reply to `task`: its ready answer, else what came of each attachment, in their order.

    An attachment without an outcome gets a sentence too.
    """
    if task.answer:
        title = _short(task.answer.split("\n")[0], _TITLE_CHARACTERS)
        return Reply(title=title, parts=split(task.answer, title=title))
    missing = max(0, len(task.attachments) - len(outcomes))
    complete = [*outcomes, *[Failure(reason="bug", text=texts.bug(task.id))] * missing]
    title = _short(_title(task, complete), _TITLE_CHARACTERS)
    body = _paragraphs([*_sections(task, complete), *_remarks(task, complete)])
    ending = f"> {_footer(task, complete)}"
    return Reply(title=title, parts=split(body, title=title, ending=ending))


def _title(task: Task, outcomes: Sequence[Outcome]) -> str:
    if len(outcomes) > 1:
        return texts.several_title(len(outcomes))
    documents = _documents(outcomes)
    if not documents:
        return texts.bug_title()
    headline = _headline(task, documents[0])
    return " ".join(headline) if len(headline) > 1 else texts.reply_title(neutralise_line(documents[0].title))


def _sections(task: Task, outcomes: Sequence[Outcome]) -> Iterable[str]:
    for number, outcome in enumerate(outcomes, 1):
        if len(outcomes) > 1:
            names = [neutralise_line(attachment.name) for attachment in task.attachments[number - 1 : number]]
            yield f"### {texts.section(number, len(outcomes), _short(''.join(names), _NAME_CHARACTERS))}"
        yield _document(task, outcome) if isinstance(outcome, Document) else neutralise(outcome.text)


def _document(task: Task, document: Document) -> str:
    text = neutralise(document.text) or texts.nothing_to_read()
    if any(field.status is not Status.MISSING for field in document.fields):
        headline = "　".join(_headline(task, document))
        return _paragraphs([f"**{headline}**", _field_lines(task, document), _doubts(document)])
    if document.fields and document.text.strip():
        return _paragraphs([texts.nothing_found(neutralise_line(document.title)), text, _doubts(document)])
    return _paragraphs([text, _doubts(document)])


def _headline(task: Task, document: Document) -> list[str]:
    """Return the document's title and the values that its prompt puts beside it, where they were found."""
    prompt = _prompt(task, document)
    values = {field.key: _value(field, prompt) for field in document.fields if field.value}
    shown = [values[key] for key in (prompt.headline if prompt else ()) if key in values]
    return [neutralise_line(document.title), *(_short(value, _TITLE_CHARACTERS) for value in shown)]


def _field_lines(task: Task, document: Document) -> str:
    prompt = _prompt(task, document)
    lines = [
        texts.field_line(neutralise_line(field.name), _value(field, prompt) or _NO_VALUE, _MARKS.get(field.status, ""))
        for field in document.fields
        if field.status is not Status.MISSING
    ]
    missing = [neutralise_line(field.name) for field in document.fields if field.status is Status.MISSING]
    return BREAK.join([*lines, texts.not_seen(missing)] if missing else lines)


def _doubts(document: Document) -> str:
    reasons = [neutralise_line(doubt) for doubt in document.doubts]
    for field in document.fields:
        unsaid = (texts.doubt_without_reason(),) if field.status is Status.DOUBTFUL else ()
        reasons += [
            texts.doubt(neutralise_line(field.name), neutralise_line(doubt)) for doubt in field.doubts or unsaid
        ]
    if not reasons:
        return ""
    return _paragraphs([f"### {texts.doubts_heading()}", "\n".join(f"- {reason}" for reason in reasons)])


def _value(field: Field, prompt: Prompt | None) -> str:
    types = {spec.key: spec.type for spec in prompt.fields} if prompt else {}
    money = types.get(field.key) is FieldType.MONEY
    return neutralise_line(_money(field.value) if money else field.value)


def _money(value: str) -> str:
    """Return a plain decimal with ￥ and at least two decimals, not grouped so that it can be copied; else as it is."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return value
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):  # not a number, or an infinite one
        return value
    return f"￥{amount:.2f}" if exponent > _CENTS else f"￥{amount:f}"


def _remarks(task: Task, outcomes: Sequence[Outcome]) -> Iterable[str]:
    """Yield what holds for the reply as a whole: what the marks mean, what was recognised, what was not read."""
    statuses = {field.status for document in _documents(outcomes) for field in document.fields}
    yield texts.legend(checked=Status.CHECKED in statuses, unchecked=Status.UNCHECKED in statuses)
    candidates = {candidate.name for candidate in task.candidates}
    recognised = [document.title for document in _documents(outcomes) if document.prompt in candidates]
    if recognised and task.prompt:
        titles = [neutralise_line(title) for title in dict.fromkeys(recognised)]
        yield texts.taken_for(titles, task.prompt.title)
    yield task.note


def _footer(task: Task, outcomes: Sequence[Outcome]) -> str:
    documents = _documents(outcomes)
    titles = dict.fromkeys(neutralise_line(document.title) for document in documents)
    engines = dict.fromkeys(neutralise_line(texts.engine_name(document.engine)) for document in documents)
    return texts.footer([*titles], [*engines], sum(document.seconds for document in documents), task.id)


def _documents(outcomes: Sequence[Outcome]) -> list[Document]:
    return [outcome for outcome in outcomes if isinstance(outcome, Document)]


def _prompt(task: Task, document: Document) -> Prompt | None:
    prompts = (task.prompt, *task.candidates)
    return next((prompt for prompt in prompts if prompt and prompt.name == document.prompt), None)


def _paragraphs(blocks: Iterable[str]) -> str:
    return "\n\n".join(filter(None, blocks))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
