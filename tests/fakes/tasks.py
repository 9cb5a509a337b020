"""Tasks for tests, built and changed by field names, no matter whether the task or its content has the field."""

from dataclasses import dataclass, fields, replace
from typing import Any

from bot.domain.attachment_format import Format
from bot.domain.message import Attachment
from bot.domain.prompt import Prompt
from bot.domain.task import Command, PageChoice, Read, Refer, RunCommand, Say, Task

_READ_FIELDS = {spec.name for spec in fields(Read)} - {"kind"}


def reading_task(**values: Any) -> Task:
    """Return a task that reads files, with the fields of `Read` in its content and the others in the task."""
    content = Read(**{name: value for name, value in values.items() if name in _READ_FIELDS})
    return Task(content=content, **{name: value for name, value in values.items() if name not in _READ_FIELDS})


def reading(task: Task, **changes: Any) -> Task:
    """Return the task with changes to its `Read`."""
    return replace(task, content=replace(task.to_read, **changes))


@dataclass(frozen=True)
class FlatTask:
    """All fields of a task and its content at once; those that the content lacks are empty."""

    task: Task

    @property
    def _read(self) -> Read | None:
        return self.task.to_read if isinstance(self.task.content, Read | Refer) else None

    @property
    def _refer(self) -> Refer | None:
        return self.task.content if isinstance(self.task.content, Refer) else None

    @property
    def answer(self) -> str:
        """The text of a `Say`, or of a `Refer` whose earlier task is unknown."""
        return self.task.content.text if isinstance(self.task.content, Say) else getattr(self._refer, "unknown", "")

    @property
    def command(self) -> Command | None:
        return self.task.content.command if isinstance(self.task.content, RunCommand) else None

    @property
    def refers(self) -> tuple[str, ...]:
        return self.task.content.references if isinstance(self.task.content, Refer | RunCommand) else ()

    @property
    def inherits(self) -> bool:
        return self._refer is not None and self._refer.inherits

    @property
    def pages(self) -> PageChoice:
        return self._refer.pages if self._refer is not None else PageChoice.SAME

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return self.task.attachments

    @property
    def fetches(self) -> bool:
        return self.task.fetches

    @property
    def remember_seconds(self) -> int:
        return self.task.remember_seconds

    @property
    def prompt(self) -> Prompt | None:
        return self._read.prompt if self._read else None

    @property
    def candidates(self) -> tuple[Prompt, ...]:
        return self._read.candidates if self._read else ()

    @property
    def only(self) -> tuple[str, ...]:
        return self._read.wanted_fields if self._read else ()

    @property
    def formats(self) -> tuple[Format, ...]:
        return self._read.formats if self._read else ()

    @property
    def note(self) -> str:
        return self._read.note if self._read else ""

    @property
    def about(self) -> str:
        return self._read.quoted_task if self._read else ""

    @property
    def masked(self) -> bool:
        return self._read is not None and self._read.masked

    @property
    def plain(self) -> str:
        return self._read.full_text_word if self._read else ""

    @property
    def first_page(self) -> int:
        return self.task.to_read.first_page

    @property
    def most_pages(self) -> int:
        return self.task.to_read.most_pages
