"""The view of a whole answer: its files, and what they have in common.

Replies and exports are made from views; only views read the task.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Credit, Document, Failure, Outcome
from bot.domain.message import DingTalkConversation
from bot.domain.replying.document_view import DocumentView, OutcomeView, WherePosted, view_of
from bot.domain.task import Read, Say, Task, WordsToFind


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """An answer before it is rendered. Markdown in it is not escaped any further."""

    task_id: str
    received_at: float  # Unix seconds
    outcomes: tuple[OutcomeView, ...] = ()  # one for each file of the message or each paper in it, in order
    files: int = 0  # of the message
    ready: str = ""  # Markdown that is the whole answer, if nothing was read
    only: tuple[str, ...] = ()  # names of the fields that were asked for; empty for all
    find: tuple[WordsToFind, ...] = ()  # words that may be printed where the papers' kinds have no field
    formats: tuple[Format, ...] = ()  # of the files that were asked for
    only_files: bool = False  # the person has the answer already: the files are sent without it
    takes_files: bool = False  # whether the recipient can get files
    remembered: bool = False  # whether the person may ask again without posting again
    default_title: str = ""  # the word that asks for something other than the recognised kinds
    asks_duplicate: bool = False  # it only says whether the papers were handed in before
    note: str = ""  # Markdown: what part of the message was not read, and why
    notice: str = ""  # who provides the service

    @property
    def documents(self) -> tuple[DocumentView, ...]:
        """The files that could be read."""
        return tuple(view for view in self.outcomes if isinstance(view, DocumentView))

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Whose output the files' contents are, each once."""
        return tuple(dict.fromkeys(view.credit for view in self.documents))

    @property
    def is_several(self) -> bool:
        """Whether the message held several files, or a file with several papers."""
        return len(self.outcomes) > 1

    @property
    def has_files_of_papers(self) -> bool:
        """Whether a file of the message holds several papers."""
        return len(self.outcomes) > self.files > 0

    @property
    def left_over(self) -> tuple[str, ...]:
        """What stands in files with several papers and belongs to none of them."""
        return tuple(view.document.left_over for view in self.documents if view.document.left_over)

    @property
    def with_fields(self) -> tuple[DocumentView, ...]:
        """The files in which fields were found."""
        return tuple(view for view in self.documents if view.has_fields)


def answer_view(task: Task, outcomes: Sequence[Outcome]) -> AnswerView:
    """Return the view of a task's outcomes, in the order of its attachments; a missing outcome counts as a failure."""
    if isinstance(task.content, Say):
        return AnswerView(task_id=task.id, received_at=task.received_at, ready=task.content.text)
    if isinstance(task.content, Read):
        kinds = {paper.prompt for one in outcomes if isinstance(one, Document) for paper in one.papers}
        task = replace(task, content=task.content.for_kinds(kinds))
    missing = max(0, len(task.attachments) - len(outcomes))
    complete = [*outcomes, *[Failure(reason="bug", text=texts.failures.bug(task.id))] * missing]
    read = task.to_read
    papers = [*_papers(complete)]
    numbers = {where: number for number, (where, _) in enumerate(papers, 1)}
    return AnswerView(
        task_id=task.id,
        received_at=task.received_at,
        outcomes=tuple(view_of(task, outcome, where, numbers) for where, outcome in papers),
        files=len(complete),
        only=read.wanted_fields,
        find=read.find,
        formats=tuple(dict.fromkeys(read.formats)),
        only_files=read.only_files,
        takes_files=not isinstance(task.recipient, DingTalkConversation) or task.recipient.reachable,
        remembered=task.remember_seconds > 0,
        default_title=read.full_text_word or read.prompt.title,
        asks_duplicate=read.asks_duplicate,
        note=read.note,
        notice=task.service_notice,
    )


def _papers(outcomes: Sequence[Outcome]) -> Iterator[tuple[WherePosted, Outcome]]:
    """Yield the outcomes of files, a document for each paper, with the file and the paper, both from 0."""
    for index, outcome in enumerate(outcomes):
        papers: Sequence[Outcome] = outcome.papers if isinstance(outcome, Document) else [outcome]
        for number, paper in enumerate(papers):
            yield WherePosted(index=index, paper=number), paper
