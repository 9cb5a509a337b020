"""Resolving questions about earlier papers: from then on their tasks are like any others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.asking.field_names import fields_named
from bot.domain.document import Document, Outcome
from bot.domain.message import Attachment
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, PageChoice, Read, Refer, Say, Task
from bot.storage.keys import FILE_SECONDS
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.steps.outcomes import put_document, put_outcome

_MOST_STEPS_BACK = 5  # from a question that came to nothing to what it was about


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """What a question is about; without `read` only the download codes are known."""

    task_id: str
    attachments: tuple[Attachment, ...]
    read: Read | None = None  # how it was read
    outcomes: tuple[Outcome | None, ...] = ()  # one for each attachment, none of a question that is not resolved
    at_work: bool = False  # what is missing may yet come
    unanswered: bool = False  # it is over, and the person did not get what was read

    @property
    def documents_left(self) -> list[tuple[Attachment, Document]]:
        """The files with pages behind those that were read."""
        return [
            (attachment, outcome)
            for attachment, outcome in zip(self.attachments, self.outcomes, strict=True)
            if isinstance(outcome, Document) and outcome.pages_left
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Resolve questions about what was posted before."""

    store: Store
    engine_name: str

    def resolve(self, task: Task) -> Task | None:
        """Return `task` with what it refers to as its own, None while that is being read and may do as it is.

        Its files and documents are written down before it is, so repeating this comes to the same.
        """
        if not isinstance(task.content, Refer):
            return task
        question, earlier = task.content, self._earlier(task)
        if earlier is None:
            content = question.read if question.read.attachments else Say(text=question.unknown)
        elif earlier.at_work and _may_do(question, earlier):
            return None
        else:
            content = _about(question, earlier)
        if earlier is not None and isinstance(content, Read):
            for index in range(len(content.attachments)):
                self._hand_over(replace(task, content=content), index, question, earlier)
            content = replace(content, attachments=_with_fresh_codes(content.attachments, question.read.attachments))
        resolved = replace(task, content=content)
        self.store.rewrite(resolved)
        return resolved

    def _earlier(self, task: Task) -> _Earlier | None:
        earlier_tasks = self.store.earlier_tasks
        meant_id = earlier_id = earlier_tasks.referred_task(task.id)
        before, is_open = earlier_tasks.task(earlier_id)
        for _ in range(_MOST_STEPS_BACK):
            if before is not None or not earlier_id:
                break
            earlier_id = earlier_tasks.about(earlier_id)
            before, is_open = earlier_tasks.task(earlier_id)
        unanswered = not is_open and not earlier_tasks.was_answered(earlier_id)
        if before is None or not before.attachments:
            attachments = earlier_tasks.posted(task.id)
            known = _Earlier(
                task_id=earlier_id or meant_id,
                attachments=attachments,
                at_work=before is not None and is_open,
                unanswered=unanswered,
            )
            return known if attachments else None
        outcomes = tuple(self.store.outcomes(earlier_id, len(before.attachments)))
        return _Earlier(
            task_id=earlier_id,
            attachments=before.attachments,
            read=before.to_read,
            outcomes=outcomes,
            at_work=is_open and None in outcomes,
            unanswered=unanswered,
        )

    def _hand_over(self, task: Task, index: int, question: Refer, earlier: _Earlier) -> None:
        """Give the task a file of the earlier one, and its document if that answers the question."""
        read = task.to_read
        former = earlier.attachments.index(read.attachments[index])
        self.store.earlier_tasks.copy_file((earlier.task_id, former), (task.id, index), FILE_SECONDS)
        data = self.store.file(task.id, index)
        outcome = earlier.outcomes[former] if earlier.outcomes else None
        if isinstance(outcome, Document) and _will_do(question, read, earlier, outcome):
            found: Document | None = _as_own(outcome, task.id, earlier.task_id)
        else:
            found = self.store.result(result_key(data, read, self.engine_name)) if data is not None else None
        if found is not None and data is not None and read.duplicates is not DuplicateScope.OFF:
            put_document(self.store, task, index, replace(found, first=None), data)
        elif found is not None:
            put_outcome(self.store, task, index, found)


def unresolved(task: Task, now: float) -> Task:
    """Return `task` as it is answered at `now` (Unix seconds) if it refers to something that was never looked up.

    The sentence for what is unknown would be wrong then.
    """
    if not isinstance(task.content, Refer):
        return task
    late = now >= task.received_at + READ_SECONDS
    return replace(task, content=Say(text=(texts.failures.too_late if late else texts.failures.bug)(task.id)))


def _may_do(question: Refer, earlier: _Earlier) -> bool:
    """Return whether the documents that are being read may be all that the question needs."""
    if question.pages is PageChoice.NAMED:
        return question.inherits and earlier.read is None
    return question.inherits or bool(question.read.wanted_fields) or question.pages is PageChoice.FURTHER


def _about(question: Refer, earlier: _Earlier) -> Read | Say:
    """Return how to read what the question is about: with its files and, if it names no kind itself, its prompts."""
    # A question posts nothing: it neither claims a paper nor reports an earlier posting. It does if the first answer
    # was never sent, or if it is about other pages, which may hold papers that were not read yet.
    elsewhere = question.pages is not PageChoice.SAME and all(one.posted for one in earlier.attachments)
    duplicates = question.read.duplicates if earlier.unanswered or elsewhere else DuplicateScope.OFF
    read, before = replace(question.read, attachments=earlier.attachments, duplicates=duplicates), earlier.read
    if before is None:
        return read
    if question.pages is PageChoice.FURTHER:
        return _further(read, question, earlier, before)
    if question.pages is PageChoice.SAME and not question.read.attachments:
        read = replace(read, first_page=before.first_page, most_pages=before.most_pages)
    if question.inherits:
        return _inheriting(read, before, before.prompt, before.candidates)
    # The kinds that documents which are taken over were read as, for the reply to lay them out by.
    names = {prompt.name for prompt in _prompts(read)}
    kinds = [one for one in _prompts(before) if one.name not in names and _has_all(one, read.wanted_fields)]
    return replace(read, candidates=(*read.candidates, *kinds) if read.candidates else ())


def _further(read: Read, question: Refer, earlier: _Earlier, before: Read) -> Read | Say:
    """Return how to read the pages behind those that were read, of the files that have any."""
    left = earlier.documents_left
    if not left:
        return Say(text=texts.guidance.nothing_further())
    first = left[0][1]
    begin = first.first_page + first.pages
    same_begin = tuple(one for one, document in left if document.first_page + document.pages == begin)
    read = replace(read, attachments=same_begin, first_page=begin)
    # A page in the middle may not show what kind of document it belongs to.
    kind = next((prompt for prompt in _prompts(before) if prompt.name == first.prompt), before.prompt)
    return _inheriting(read, before, kind, ()) if question.inherits else read


def _inheriting(read: Read, before: Read, prompt: Prompt, candidates: tuple[Prompt, ...]) -> Read:
    return replace(read, prompt=prompt, candidates=candidates, wanted_fields=before.wanted_fields, note="")


def _as_own(document: Document, task_id: str, earlier_id: str) -> Document:
    """Return a document of an earlier task as one of this: of equal files in one message, the first is this one's."""
    first = document.first
    if first is None or first.task_id != earlier_id:
        return document
    return replace(document, first=replace(first, task_id=task_id))


def _with_fresh_codes(former: tuple[Attachment, ...], own: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the former attachments with the codes that came with the question, if it brought the same ones."""
    if len(own) == 1 and len({attachment.download_code for attachment in former}) == 1:
        own *= len(former)  # the files of one archive
    if len(own) != len(former):
        return former
    return tuple(replace(one, download_code=new.download_code) for one, new in zip(former, own, strict=True))


def _will_do(question: Refer, read: Read, earlier: _Earlier, document: Document) -> bool:
    """Return whether a document answers the question as it is: the same was asked, or it has the fields."""
    before = earlier.read
    if before is None or (read.first_page, read.most_pages) != (before.first_page, before.most_pages):
        return False
    if question.inherits:
        return True
    read_as = next((prompt for prompt in _prompts(before) if prompt.name == document.prompt), None)
    if read_as is None:
        return False
    if read.wanted_fields and read_as.name != read.prompt.name:
        return read_as in read.candidates and _has_all(read_as, read.wanted_fields)
    if read.wanted_fields or not read.candidates:
        return _same(read.prompt, read_as)
    # The page decides, as it did then; the prompt is for one that is not recognised.
    return read.candidates == before.candidates and (read_as in read.candidates or _same(read.prompt, before.prompt))


def _same(one: Prompt, other: Prompt) -> bool:
    return (one.name, one.sha256) == (other.name, other.sha256)


def _prompts(read: Read) -> Sequence[Prompt]:
    return (read.prompt, *read.candidates)


def _has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    return bool(names) and all(fields_named(name, prompt.fields) for name in names)
