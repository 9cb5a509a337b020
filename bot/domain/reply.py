from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from bot.domain import texts
from bot.domain.arrangement import Arrangement, arrange
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, Field, Outcome, Status
from bot.domain.markdown import BREAK, neutralise, neutralise_line
from bot.domain.masking import mask_numbers, masked
from bot.domain.parts import split
from bot.domain.prompts import FieldType, Prompt
from bot.domain.task import Format, Task

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
    files: tuple[Format, ...] = ()  # that go after the parts; what is in them is made when they are sent


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
    prompt = _prompt(task, document)
    text = neutralise(_text(task, document, prompt)) or texts.nothing_to_read()
    if any(field.status is not Status.MISSING for field in document.fields):
        shown = arrange(document.fields, prompt, task.only)
        headline = "　".join(_headline(task, document))
        fields = _field_lines(task, shown, prompt)
        doubts = _doubts(task, document, shown)
        return _paragraphs([f"**{headline}**", _seen(task, document), _lost(task, shown), fields, doubts])
    if document.fields and document.text.strip():
        nothing = texts.nothing_found(neutralise_line(document.title))
        return _paragraphs([_seen(task, document), nothing, text, _doubts(task, document)])
    return _paragraphs([_seen(task, document), text, _doubts(task, document)])


def _seen(task: Task, document: Document) -> str:
    """Say when and by whom the same paper was posted before."""
    first = document.first
    if first is None:
        return ""
    if first.task_id == task.id:
        return texts.seen_in_this_message(first.index + 1, first.match)
    then, now = (datetime.fromtimestamp(at, CHINA) for at in (first.at, task.received_at))
    year = 0 if then.year == now.year else then.year
    when = texts.day_and_time(year, then.month, then.day, f"{then:%H:%M}")
    own = bool(first.staff_id) and first.staff_id == task.address.staff_id
    who = "" if own else f" {neutralise_line(first.nick)} " if first.nick else texts.somebody()
    return texts.seen_before(when, who, first.match)


def _text(task: Task, document: Document, prompt: Prompt | None) -> str:
    """Return the document's text; of a kind with masked fields a group sees no long number."""
    hides = task.masked and prompt is not None and any(spec.masked for spec in prompt.fields)
    return mask_numbers(document.text) if hides else document.text


def _headline(task: Task, document: Document) -> list[str]:
    """Return the document's title and the values that its prompt puts beside it, where they were found."""
    prompt = _prompt(task, document)
    values = {field.key: _value(task, field, prompt) for field in document.fields if field.value}
    shown = [values[key] for key in (prompt.headline if prompt else ()) if key in values]
    return [neutralise_line(document.title), *(_short(value, _TITLE_CHARACTERS) for value in shown)]


def _lost(task: Task, shown: Arrangement) -> str:
    """Say so where this kind of document has nothing of what was asked for."""
    lost = task.only and not shown.chosen
    return texts.only_not_found([neutralise_line(name) for name in task.only]) if lost else ""


def _field_lines(task: Task, shown: Arrangement, prompt: Prompt | None) -> str:
    blocks = []
    for block in shown.blocks:
        lines = [
            texts.field_line(
                neutralise_line(field.name), _value(task, field, prompt) or _NO_VALUE, _MARKS.get(field.status, "")
            )
            for field in block.fields
            if field.status is not Status.MISSING
        ]
        heading = [f"**{neutralise_line(block.heading)}**"] if block.heading and lines else []
        blocks.append(BREAK.join([*heading, *lines]))
    missing = [neutralise_line(field.name) for field in shown.fields if field.status is Status.MISSING]
    folded = [neutralise_line(field.name) for field in shown.folded]
    ends = [texts.not_seen(missing) if missing else "", texts.folded(folded) if folded else ""]
    if len(blocks) == 1:
        return BREAK.join(filter(None, [*blocks, *ends]))
    return _paragraphs([*blocks, BREAK.join(filter(None, ends))])


def _doubts(task: Task, document: Document, shown: Arrangement | None = None) -> str:
    prompt = _prompt(task, document)
    reasons = [neutralise_line(_hidden(task, document, prompt, doubt)) for doubt in document.doubts]
    for field in shown.fields if shown else document.fields:
        unsaid = (texts.doubt_without_reason(),) if field.status is Status.DOUBTFUL else ()
        reasons += [
            texts.doubt(neutralise_line(field.name), neutralise_line(_hidden(task, document, prompt, doubt)))
            for doubt in field.doubts or unsaid
        ]
    if not reasons:
        return ""
    return _paragraphs([f"### {texts.doubts_heading()}", "\n".join(f"- {reason}" for reason in reasons)])


def _hidden(task: Task, document: Document, prompt: Prompt | None, said: str) -> str:
    """Return a sentence with the values of masked fields masked, and long numbers: it may tell what else was read."""
    if not task.masked or prompt is None:
        return said
    secret = {spec.key for spec in prompt.fields if spec.masked}
    for field in document.fields:
        if field.key in secret and field.value:
            said = said.replace(field.value, masked(field.value))
    return mask_numbers(said) if secret else said


def _value(task: Task, field: Field, prompt: Prompt | None) -> str:
    spec = next((spec for spec in (prompt.fields if prompt else ()) if spec.key == field.key), None)
    if spec is not None and spec.masked and task.masked:
        return neutralise_line(masked(field.value))
    money = spec is not None and spec.type is FieldType.MONEY
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
        yield texts.taken_for(titles, task.plain or task.prompt.title)
    yield task.note


def _footer(task: Task, outcomes: Sequence[Outcome]) -> str:
    documents = _documents(outcomes)
    titles = dict.fromkeys(neutralise_line(document.title) for document in documents)
    engines = dict.fromkeys(neutralise_line(texts.engine_name(document.engine)) for document in documents)
    last = texts.footer([*titles], [*engines], sum(document.seconds for document in documents), task.id)
    return " · ".join(filter(None, (last, neutralise_line(task.notice))))


def _documents(outcomes: Sequence[Outcome]) -> list[Document]:
    return [outcome for outcome in outcomes if isinstance(outcome, Document)]


def _prompt(task: Task, document: Document) -> Prompt | None:
    prompts = (task.prompt, *task.candidates)
    return next((prompt for prompt in prompts if prompt and prompt.name == document.prompt), None)


def _paragraphs(blocks: Iterable[str]) -> str:
    return "\n\n".join(filter(None, blocks))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
