"""The earlier task that a question is about, and which of its documents answer it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.asking.field_names import has_all
from bot.domain.document import Document, Outcome
from bot.domain.message import Attachment
from bot.domain.prompt import Prompt
from bot.domain.task import PageChoice, Read, Refer


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The earlier task that a question is about; without `read` only the download codes are known."""

    task_id: str
    attachments: tuple[Attachment, ...]
    read: Read | None = None  # how it was read
    outcomes: tuple[Outcome | None, ...] = ()  # one for each attachment; empty without `read`
    at_work: bool = False  # missing outcomes may still come
    answered: bool = False  # it is closed, and its answer was sent
    unanswered: bool = False  # it is closed, but its answer was never sent
    parts: "tuple[Earlier, ...]" = ()  # the tasks of a burst that this stands for, with their files in this order
    before: "Earlier | None" = None  # the task that it was about in its turn, with the same files

    @property
    def chain(self) -> "Iterator[Earlier]":
        """This task, the one that it was about, and so on."""
        task: Earlier | None = self
        while task is not None:
            yield task
            task = task.before

    def origin(self, index: int) -> tuple[str, int]:
        """Return the id of the task that has a file, and the file's index there."""
        for part in self.parts:
            if index < len(part.attachments):
                return part.task_id, index
            index -= len(part.attachments)
        return self.task_id, index

    @property
    def documents_left(self) -> list[tuple[Attachment, Document]]:
        """The files with pages after those that were read, and their documents."""
        return [
            (attachment, outcome)
            for attachment, outcome in zip(self.attachments, self.outcomes, strict=True)
            if isinstance(outcome, Document) and outcome.pages_left
        ]


def joined(parts: Sequence[Earlier]) -> Earlier:
    """Return the tasks of a burst as one; they were read alike, for none of them came with words."""
    return replace(
        parts[-1],
        attachments=tuple(attachment for part in parts for attachment in part.attachments),
        outcomes=tuple(outcome for part in parts for outcome in part.outcomes),
        at_work=any(part.at_work for part in parts),
        parts=tuple(parts),
        before=None,
    )


def known_document(question: Refer, read: Read, earlier: Earlier, index: int) -> tuple[Earlier, Document] | None:
    """Return the latest document of a file that answers the question, with its task; None if there is none."""
    for task in earlier.chain:
        outcome = task.outcomes[index] if index < len(task.outcomes) else None
        if isinstance(outcome, Document) and _suffices(question, read, task, outcome):
            return task, outcome
    return None


def may_suffice(question: Refer, earlier: Earlier) -> bool:
    """Return whether the documents that are being read may suffice for the question."""
    if question.pages is PageChoice.NAMED:
        return question.inherits and earlier.read is None
    asks = bool(question.read.wanted_fields or question.read.by_kind)
    return question.inherits or asks or question.pages is PageChoice.FURTHER


def _suffices(question: Refer, read: Read, earlier: Earlier, document: Document) -> bool:
    """Return whether a document answers the question as it is: it was read as asked, or it has the wanted fields."""
    before = earlier.read
    if before is None or question.again or (read.first_page, read.most_pages) != (before.first_page, before.most_pages):
        return False
    if question.inherits:
        return True
    read_as = next((prompt for prompt in prompts_of(before) if prompt.name == document.prompt), None)
    if read_as is None:
        return False
    if read.wanted_fields and (document.others or read_as.name != read.prompt.name):
        names = {paper.prompt for paper in document.papers}
        kinds = [prompt for prompt in prompts_of(before) if prompt.name in names and prompt in read.candidates]
        return any(has_all_fields(kind, read.wanted_fields) for kind in kinds)
    if read.wanted_fields or not read.candidates:
        return _same(read.prompt, read_as)
    # The page decided its kind and would decide it again; the prompt counts only for a page that is not recognised.
    return read.candidates == before.candidates and (read_as in read.candidates or _same(read.prompt, before.prompt))


def _same(one: Prompt, other: Prompt) -> bool:
    return (one.name, one.sha256) == (other.name, other.sha256)


def kinds_read(task: Earlier) -> set[str]:
    """Return the names of the kinds of document that were read in a task."""
    known = {prompt.name for prompt in prompts_of(task.read)} if task.read is not None else set[str]()
    return known & {paper.prompt for one in task.outcomes if isinstance(one, Document) for paper in one.papers}


def adopted(document: Document, task_id: str, earlier: Earlier) -> Document:
    """Return a document of the earlier task as one of this task, also where it names its first posting."""
    places = {earlier.origin(index): index for index in range(len(earlier.attachments))}

    def of_this_task(paper: Document) -> Document:
        first = paper.first
        place = places.get((first.task_id, first.index)) if first is not None else None
        return (
            paper
            if first is None or place is None
            else replace(paper, first=replace(first, task_id=task_id, index=place))
        )

    return document.with_each(of_this_task)


def prompts_of(read: Read) -> Sequence[Prompt]:
    """Return the prompts that a page may be read with."""
    return (read.prompt, *read.candidates)


def has_all_fields(prompt: Prompt, names: Sequence[str]) -> bool:
    """Return whether there are names and a kind has a field for each."""
    return bool(names) and has_all(prompt, names)
