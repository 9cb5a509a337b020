"""What is shown of one file of an answer, worked out once: everything that is sent of it is made from this."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, FirstSeen, Match, Outcome, Status
from bot.domain.page_text.blocks import Block, is_markup, read_blocks
from bot.domain.prompt import Layout, Prompt
from bot.domain.replying.arrangement import Arrangement, arrange
from bot.domain.replying.disclosure import disclosed
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.field_view import FieldView, field_views, row_views
from bot.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """A file that could not be read."""

    number: int  # of the file in the message, from 1
    name: str  # of the file; pictures have none
    failure: Failure

    @property
    def source(self) -> str:
        """What the file is called: its own name, or for a picture its number."""
        return self.name or texts.attachments.picture_number(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A file that was read, as those may see it who read the answer. Only what is called Markdown is escaped."""

    number: int  # of the file in the message, from 1
    name: str  # of the file; pictures have none
    document: Document  # with its masked fields hidden
    prompt: Prompt | None  # that it was read with, where the task knows it
    recognised: bool  # by what stands on it: nobody named its kind
    fields: tuple[FieldView, ...]  # all, in the document's order
    shown: Arrangement  # what of them a reply shows
    headline: tuple[FieldView, ...]  # that have a value and stand beside the title
    rows: tuple[tuple[FieldView, ...], ...]  # of its table
    blocks: tuple[Block, ...]  # what its text is made of
    characters: int  # in its text, white space not counted
    same_as: int = 0  # the number of the file in this message that holds the same document, 0 where none does
    posted_before: str = ""  # Markdown: when and by whom the same document was, or in which file of this message

    @property
    def source(self) -> str:
        """What the file is called: its own name, or for a picture its number."""
        return self.name or texts.attachments.picture_number(self.number)

    @property
    def title(self) -> str:
        """The kind of document, as Markdown."""
        return neutralise_line(self.document.title)

    @property
    def has_fields(self) -> bool:
        """Whether any field was found."""
        return any(field.status is not Status.MISSING for field in self.fields)

    @property
    def has_text(self) -> bool:
        """Whether anything was read on its pages."""
        return bool(self.document.text.strip())

    @property
    def is_markup(self) -> bool:
        """Whether stars and dollar signs in its text are marks of Markdown."""
        return is_markup(self.prompt)

    @property
    def in_line(self) -> tuple[FieldView, ...]:
        """The fields that one line shows: what was asked for, else the headline."""
        return self.shown.fields if self.shown.chosen else self.headline

    @property
    def same_for_sure(self) -> bool:
        """Whether another file of this message holds the same document by its number or its bytes."""
        return self.same_as > 0 and self.document.first is not None and self.document.first.match is not Match.CONTENT


OutcomeView = DocumentView | FailureView


def view_of(task: Task, number: int, outcome: Outcome) -> OutcomeView:
    """Return what is shown of the outcome of a task's attachment, counted from 1."""
    name = "".join(attachment.name for attachment in task.attachments[number - 1 : number])
    if isinstance(outcome, Failure):
        return FailureView(number=number, name=name, failure=outcome)
    prompt = _prompt_of(task, outcome)
    document = disclosed(outcome, prompt) if task.to_read.masked else outcome
    fields = field_views(document, prompt)
    with_value = {field.key: field for field in fields if field.field.value}
    first = document.first
    return DocumentView(
        number=number,
        name=name,
        document=document,
        prompt=prompt,
        recognised=any(one.name == document.prompt for one in task.to_read.candidates),
        fields=fields,
        shown=arrange(fields, prompt.layout if prompt else Layout(), task.to_read.wanted_fields),
        headline=tuple(with_value[key] for key in (prompt.headline if prompt else ()) if key in with_value),
        rows=row_views(document, prompt),
        blocks=read_blocks(document.text, markup=is_markup(prompt)),
        characters=sum(not char.isspace() for char in document.text),
        same_as=first.index + 1 if first and first.task_id == task.id else 0,
        posted_before=_posted_before(task, first) if first else "",
    )


def _prompt_of(task: Task, document: Document) -> Prompt | None:
    prompts = (task.to_read.prompt, *task.to_read.candidates)
    return next((prompt for prompt in prompts if prompt.name == document.prompt), None)


def _posted_before(task: Task, first: FirstSeen) -> str:
    if first.task_id == task.id:
        return texts.several.seen_in_this_message(first.index + 1, first.match)
    then, now = (datetime.fromtimestamp(at, CHINA) for at in (first.at, task.received_at))
    year = 0 if then.year == now.year else then.year
    when = texts.several.day_and_time(year, then.month, then.day, f"{then:%H:%M}")
    own = bool(first.staff_id) and first.staff_id == task.recipient.staff_id
    who = "" if own else f" {neutralise_line(first.nick)} " if first.nick else texts.several.somebody()
    return texts.several.seen_before(when, who, first.match)
