"""The view of one file in an answer, built once: everything that is sent about the file is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import texts
from bot.domain.asking.field_names import keys_of
from bot.domain.china import CHINA
from bot.domain.document import Credit, Document, Failure, FirstSeen, Match, Outcome, Status
from bot.domain.message import poster_of
from bot.domain.page_text.blocks import Block, is_markup, read_blocks
from bot.domain.prompt import FieldSpec, Layout, Prompt
from bot.domain.replying.arrangement import Arrangement, arrange
from bot.domain.replying.corrections import corrected
from bot.domain.replying.disclosure import disclosed
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.field_view import FieldView, field_views, row_views
from bot.domain.task import Task

_ERRAND_SECONDS = 3600.0  # in which people still know what they posted


@dataclass(frozen=True, slots=True, kw_only=True)
class WherePosted:
    """The file of a message, and the paper in it, both from 0."""

    index: int
    paper: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """A file that could not be read."""

    number: int  # of the file, counting each paper in the files before it, from 1
    name: str  # of the file; pictures have none
    failure: Failure
    file_number: int = 1  # of the file in the message, from 1

    @property
    def source(self) -> str:
        """The file's own name, or a picture's number."""
        return self.name or texts.attachments.picture_number(self.file_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A file that was read, with masked fields hidden if they must be. Only what is called Markdown is escaped."""

    number: int  # of the paper, or of the file that is one, in the message, from 1
    name: str  # of the file; pictures have none
    document: Document  # as the readers of the answer may see it
    prompt: Prompt | None  # the prompt it was read with, None if the task does not know it
    recognised: bool  # its kind was recognised, not named by the person
    kind_named: bool  # its kind was named by the person
    fields: tuple[FieldView, ...]  # all fields, in the document's order
    shown: Arrangement  # which of them a reply shows
    headline: tuple[FieldView, ...]  # fields with a value to show beside the title
    rows: tuple[tuple[FieldView, ...], ...]  # of its table
    blocks: tuple[Block, ...]  # of its text
    characters: int  # in its text, without white space
    same_as: int = 0  # the number of the same document in this message, 0 if there is none
    posted_before: str = ""  # Markdown: when and by whom, or in which file of this message
    file_number: int = 1  # of the file in the message, from 1

    @property
    def source(self) -> str:
        """The file's own name, or a picture's number, and which of the papers in it this is."""
        name, place = self.name or texts.attachments.picture_number(self.file_number), self.document.place
        return name if place is None else texts.several.paper_of_file(name, place.number, place.of)

    @property
    def place(self) -> str:
        """On which pages of the file the paper stands, for people; "" for the only one, or for one of one page."""
        place = self.document.place
        if place is None or (self.document.pages == 1 and self.document.first_page == 0):
            return ""
        return texts.several.on_pages([page + 1 for page in place.pages])

    @property
    def credit(self) -> Credit:
        """Whose output it is."""
        return self.document.credit or Credit(model=texts.answers.engine_name(self.document.engine))

    @property
    def title(self) -> str:
        """The kind of document, as Markdown."""
        return neutralise_line(self.document.title)

    @property
    def is_by_name(self) -> bool:
        """Whether it was read for nothing but what the person named."""
        return self.prompt is not None and any(spec.asked_by_name for spec in self.prompt.fields)

    @property
    def has_fields(self) -> bool:
        """Whether any field was found."""
        return any(field.status is not Status.MISSING for field in self.fields)

    @property
    def has_text(self) -> bool:
        """Whether any text was read on its pages."""
        return bool(self.document.text.strip())

    @property
    def is_markup(self) -> bool:
        """Whether its text is Markdown."""
        return is_markup(self.prompt)

    def column_named(self, name: str) -> tuple[FieldView, ...]:
        """Return the cells with a value in the column that a person means by `name`, one for each different value.

        The very name of a field means no column: the 价税合计 is not what the rows' 金额 are.
        """
        if any(field.field.name == name for field in self.fields):
            return ()
        columns = keys_of(
            [name], [FieldSpec(name=cell.field.name, key=cell.key, labels=cell.labels) for cell in self._row]
        )
        cells = [cell for row in self.rows for cell in row if cell.key in columns[:1] and cell.field.value]
        return tuple({cell.field.value: cell for cell in reversed(cells)}.values())[::-1]

    @property
    def signed(self) -> str:
        """What the file's signatures prove, as plain text; "" if nothing, or if the document's doubts say it."""
        return texts.answers.signature_intact(self.document.signature)

    @property
    def _row(self) -> tuple[FieldView, ...]:
        return self.rows[0] if self.rows else ()

    @property
    def in_line(self) -> tuple[FieldView, ...]:
        """The fields to show on a single line: those asked for, else the headline."""
        return self.shown.fields if self.shown.chosen else self.headline

    @property
    def same_for_sure(self) -> bool:
        """Whether another file of this message certainly holds the same document: by its number or its bytes."""
        return self.same_as > 0 and self.document.first is not None and self.document.first.match is not Match.CONTENT


OutcomeView = DocumentView | FailureView


def view_of(task: Task, outcome: Outcome, where: WherePosted, numbers: Mapping[WherePosted, int]) -> OutcomeView:
    """Return the view of one paper of a task's attachments; `numbers` are those of all papers in the message."""
    number = numbers[where]
    name = "".join(attachment.name for attachment in task.attachments[where.index : where.index + 1])
    if isinstance(outcome, Failure):
        return FailureView(number=number, name=name, failure=outcome, file_number=where.index + 1)
    prompt = _prompt_of(task, outcome)
    read = task.to_read
    outcome = corrected(outcome, read.corrections, prompt) if read.corrections else outcome
    document = disclosed(outcome, prompt) if read.masked else outcome
    fields = field_views(document, prompt)
    with_value = {field.key: field for field in fields if field.field.value}
    layout, columns = (prompt.layout, prompt.columns) if prompt else (Layout(), ())
    first = None if _is_the_same_errand(task, document.first) else document.first
    document = replace(document, first=first)
    same_as = (
        numbers.get(WherePosted(index=first.index, paper=first.paper), 0) if first and first.task_id == task.id else 0
    )
    return DocumentView(
        number=number,
        name=name,
        document=document,
        prompt=prompt,
        recognised=any(candidate.name == document.prompt for candidate in read.candidates),
        kind_named=read.kind_named and document.prompt == read.prompt.name,
        fields=fields,
        shown=arrange(fields, layout, read.wanted_fields, columns),
        headline=tuple(with_value[key] for key in (prompt.headline if prompt else ()) if key in with_value),
        rows=row_views(document, prompt),
        blocks=read_blocks(document.text, markup=is_markup(prompt)),
        characters=sum(not char.isspace() for char in document.text),
        same_as=same_as,
        posted_before=_posted_before(task, first, same_as) if first else "",
        file_number=where.index + 1,
    )


def _prompt_of(task: Task, document: Document) -> Prompt | None:
    prompts = (task.to_read.prompt, *task.to_read.candidates)
    return next((prompt for prompt in prompts if prompt.name == document.prompt), None)


def _is_the_same_errand(task: Task, first: FirstSeen | None) -> bool:
    """Return whether people post their own paper again within the hour, to ask about it: they know that they did."""
    if first is None or first.task_id == task.id or not task.to_read.wanted_fields:
        return False
    return _is_own(task, first) and task.received_at - first.at < _ERRAND_SECONDS


def _is_own(task: Task, first: FirstSeen) -> bool:
    return bool(first.staff_id) and first.staff_id == poster_of(task.recipient).staff_id


def _posted_before(task: Task, first: FirstSeen, same_as: int) -> str:
    if first.task_id == task.id:
        return texts.several.seen_in_this_message(same_as or first.index + 1, first.match)
    then, now = (datetime.fromtimestamp(at, CHINA) for at in (first.at, task.received_at))
    year = 0 if then.year == now.year else then.year
    when = texts.several.day_and_time(year, then.month, then.day, f"{then:%H:%M}")
    who = "" if _is_own(task, first) else f" {neutralise_line(first.nick)} " if first.nick else texts.several.somebody()
    return texts.several.seen_before(when, who, first.match)
