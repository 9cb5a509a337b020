"""Resolving questions about earlier tasks: afterwards their tasks are like any other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.asking.burst import FILES_AFTER_SECONDS
from bot.domain.asking.field_names import has_all
from bot.domain.asking.grammar import Act
from bot.domain.document import Document, Outcome
from bot.domain.message import Attachment
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, BurstPart, PageChoice, Read, Refer, Say, Task
from bot.storage.keys import FILE_SECONDS
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.steps.burst import Burst
from workers.steps.outcomes import put_document, put_outcome

_MOST_STEPS_BACK = 5  # from a question that has no task any more to the task that it was about


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """The earlier task that a question is about; without `read` only the download codes are known."""

    task_id: str
    attachments: tuple[Attachment, ...]
    read: Read | None = None  # how it was read
    outcomes: tuple[Outcome | None, ...] = ()  # one for each attachment; empty without `read`
    at_work: bool = False  # missing outcomes may still come
    answered: bool = False  # it is closed, and its answer was sent
    unanswered: bool = False  # it is closed, but its answer was never sent
    parts: "tuple[_Earlier, ...]" = ()  # the tasks of a burst that this stands for, with their files in this order
    before: "_Earlier | None" = None  # the task that it was about in its turn, with the same files

    @property
    def chain(self) -> "Iterator[_Earlier]":
        """This task, the one that it was about, and so on."""
        task: _Earlier | None = self
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Resolves questions about earlier tasks; `clock` gives Unix seconds."""

    store: Store
    burst: Burst
    engine_name: str
    clock: Callable[[], float]

    def resolve(self, task: Task) -> Task | None:
        """Return `task` with the files it refers to as its own; None while these are being read and may suffice.

        Also None while files may still follow words that are about nothing yet, and if the task was closed or rewritten
        by another process meanwhile.

        The files and documents are stored before the task, so that this can be repeated.
        """
        if not isinstance(task.content, Refer):
            return task
        question, earlier = task.content, self._earlier(task)
        if earlier is None and self._may_follow(task):
            return None
        if earlier is None:
            read = replace(question.read, only_files=False)
            content = read if read.attachments else Say(text=question.unknown)
        elif earlier.at_work and _may_suffice(question, earlier):
            return None
        else:
            meant = _of_its_kinds(question, earlier)
            question = meant if isinstance(meant, Refer) else question
            content = _resolved_content(meant, earlier) if isinstance(meant, Refer) else meant
        if earlier is not None and isinstance(content, Read):
            for index in range(len(content.attachments)):
                self._hand_over(replace(task, content=content), index, question, earlier)
            content = replace(content, attachments=_with_fresh_codes(content.attachments, question.read.attachments))
        resolved = replace(task, content=content)
        return resolved if self.store.rewrite(task, resolved) else None

    def _may_follow(self, task: Task) -> bool:
        return task.burst_part is BurstPart.WORDS and self.clock() < task.received_at + FILES_AFTER_SECONDS

    def _earlier(self, task: Task) -> _Earlier | None:
        """Return what a question is about: the files posted together with it, else what it refers to."""
        together = self.burst.files_for(task)
        found = [(task_id, *self.store.earlier_tasks.task(task_id)) for task_id in together]
        parts = [
            replace(part, at_work=is_open and None in part.outcomes)
            for part, is_open in ((self._as_read(one, it), is_open) for one, it, is_open in found if it is not None)
        ]
        if len(parts) > 1 or (parts and not self.store.earlier_tasks.referred_task(task.id)):
            return _joined(parts)
        return self._referred(task)

    def _referred(self, task: Task) -> _Earlier | None:
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
            codes_only = _Earlier(
                task_id=earlier_id or meant_id,
                attachments=attachments,
                at_work=before is not None and is_open,
                unanswered=unanswered,
            )
            return codes_only if attachments else None
        earlier = self._as_read(earlier_id, before)
        return replace(
            earlier,
            at_work=is_open and None in earlier.outcomes,
            answered=not is_open and not unanswered,
            unanswered=unanswered,
        )

    def _as_read(self, task_id: str, task: Task, steps: int = _MOST_STEPS_BACK) -> _Earlier:
        """Return how a task was read, and how the tasks were that it was about with the same files."""
        about = self.store.earlier_tasks.about(task_id) if steps else ""
        former = self.store.earlier_tasks.task(about)[0] if about and about != task_id else None
        has_same_files = former is not None and len(former.attachments) == len(task.attachments)
        return _Earlier(
            task_id=task_id,
            attachments=task.attachments,
            read=task.to_read,
            outcomes=tuple(self.store.outcomes(task_id, len(task.attachments))),
            before=self._as_read(about, former, steps - 1) if former is not None and has_same_files else None,
        )

    def _hand_over(self, task: Task, index: int, question: Refer, earlier: _Earlier) -> None:
        """Copy a file of the earlier task to this one, and its document if that answers the question."""
        read = task.to_read
        former = earlier.attachments.index(read.attachments[index])
        self.store.earlier_tasks.copy_file(earlier.origin(former), (task.id, index), FILE_SECONDS)
        data = self.store.file(task.id, index)
        document: Document | None = None
        if (known := _known_document(question, read, earlier, former)) is not None:
            document = _adopted(known[1], task.id, known[0])
        elif data is not None and not question.again:
            document = self.store.result(result_key(data, read, self.engine_name))
        if document is not None and data is not None and read.duplicates is not DuplicateScope.OFF:
            put_document(self.store, task, index, document.unposted, data)
        elif document is not None:
            put_outcome(self.store, task, index, document)


def _joined(parts: Sequence[_Earlier]) -> _Earlier:
    """Return the tasks of a burst as one; they were read alike, for none of them came with words."""
    return replace(
        parts[-1],
        attachments=tuple(attachment for part in parts for attachment in part.attachments),
        outcomes=tuple(outcome for part in parts for outcome in part.outcomes),
        at_work=any(part.at_work for part in parts),
        parts=tuple(parts),
        before=None,
    )


def _known_document(question: Refer, read: Read, earlier: _Earlier, index: int) -> tuple[_Earlier, Document] | None:
    """Return the latest document of a file that answers the question, with its task; None if there is none."""
    for task in earlier.chain:
        outcome = task.outcomes[index] if index < len(task.outcomes) else None
        if isinstance(outcome, Document) and _suffices(question, read, task, outcome):
            return task, outcome
    return None


def unresolved(task: Task, now: float) -> Task:
    """Return `task` with a sentence for its content if it is still an unresolved question at `now` (Unix seconds).

    The question's own sentence for an unknown reference would be wrong, because the reference was never looked up.
    """
    if not isinstance(task.content, Refer):
        return task
    late = now >= task.received_at + READ_SECONDS
    return replace(task, content=Say(text=(texts.failures.too_late if late else texts.failures.bug)(task.id)))


def _of_its_kinds(question: Refer, earlier: _Earlier) -> Refer | Say:
    """Return what a question asks of papers of the kinds that were read, or the answer if it asks nothing of them.

    What was read before counts too: after the whole text of an invoice its total may be asked for.
    """
    read = question.read
    kinds = {task.task_id: _kinds_read(task) for task in earlier.chain} if read.by_kind else {}
    for task in earlier.chain:
        told = [one for one in read.by_kind if one.kind in kinds[task.task_id]] if kinds else []
        if told and read.wanted_fields and kinds[task.task_id] - {one.kind for one in told}:
            return replace(question, read=replace(read, by_kind=(), given=""))  # others are searched for them by name
        if told and not read.given and all(one.act == Act.CORRECT for one in told):
            return Say(text=texts.talk.what_is_wrong(*told[0].fields[:1]))
        if told and task is earlier:
            return replace(question, read=read.for_kinds(kinds[task.task_id]), inherits=True)
        if told and task.read is not None:
            prompt, *others = [one for one in _prompts(task.read) if one.name in {found.kind for found in told}]
            asked = replace(read.for_kinds(kinds[task.task_id]), prompt=prompt, candidates=tuple(others))
            return replace(question, read=asked, inherits=False)
    return Say(text=question.otherwise) if any(kinds.values()) and question.otherwise else question


def _kinds_read(task: _Earlier) -> set[str]:
    known = {prompt.name for prompt in _prompts(task.read)} if task.read is not None else set[str]()
    return known & {paper.prompt for one in task.outcomes if isinstance(one, Document) for paper in one.papers}


def _may_suffice(question: Refer, earlier: _Earlier) -> bool:
    """Return whether the documents that are being read may suffice for the question."""
    if question.pages is PageChoice.NAMED:
        return question.inherits and earlier.read is None
    asks = bool(question.read.wanted_fields or question.read.by_kind)
    return question.inherits or asks or question.pages is PageChoice.FURTHER


def _resolved_content(question: Refer, earlier: _Earlier) -> Read | Say:
    """Return how to read the files of the earlier task; with its prompts if the question names no kind itself."""
    # A question is no posting, so that it neither counts nor is reported as a duplicate; unless the first answer was
    # never sent, or the question is about other pages, which may have papers that were not read yet.
    has_other_pages = question.pages is not PageChoice.SAME and all(file.posted for file in earlier.attachments)
    duplicates = question.read.duplicates if earlier.unanswered or has_other_pages else DuplicateScope.OFF
    read, before = replace(question.read, attachments=earlier.attachments, duplicates=duplicates), earlier.read
    read = replace(read, only_files=read.only_files and earlier.answered)
    if before is None:
        return read
    if not question.again:
        read = replace(read, corrections=(*before.corrections, *read.corrections))
    if question.pages is PageChoice.FURTHER:
        return _further(read, question, earlier, before)
    if question.pages is PageChoice.SAME and not question.read.attachments:
        read = replace(read, first_page=before.first_page, most_pages=before.most_pages)
    if question.inherits:
        return _inheriting(read, before, before.prompt, before.candidates)
    # The reply needs the prompts that the adopted documents were read with.
    names = {prompt.name for prompt in _prompts(read)}
    known = {kind.name: kind for task in earlier.chain if task.read for kind in reversed(_prompts(task.read))}
    kinds = [kind for kind in known.values() if kind.name not in names and _has_all(kind, read.wanted_fields)]
    return replace(read, candidates=(*read.candidates, *kinds) if read.candidates else ())


def _further(read: Read, question: Refer, earlier: _Earlier, before: Read) -> Read | Say:
    """Return how to read the pages after those that were read, of the files that have any."""
    left = earlier.documents_left
    if not left:
        return Say(text=texts.guidance.nothing_further())
    first = left[0][1]
    begin = first.first_page + first.pages
    same_begin = tuple(attachment for attachment, document in left if document.first_page + document.pages == begin)
    most = min(read.most_pages, max(document.pages_left for _, document in left))
    read = replace(read, attachments=same_begin, first_page=begin, most_pages=most)
    if not question.inherits:
        return read
    if first.others:  # the rest may hold papers of any kind
        return _inheriting(read, before, before.prompt, before.candidates)
    # A page in the middle may not show the kind of its document.
    kind = next((prompt for prompt in _prompts(before) if prompt.name == first.prompt), before.prompt)
    return _inheriting(read, before, kind, ())


def _inheriting(read: Read, before: Read, prompt: Prompt, candidates: tuple[Prompt, ...]) -> Read:
    wanted = read.wanted_fields or before.wanted_fields
    return replace(read, prompt=prompt, candidates=candidates, wanted_fields=wanted, note="")


def _adopted(document: Document, task_id: str, earlier: _Earlier) -> Document:
    """Return a document of the earlier task as one of this task, also where it names its first posting."""
    places = {earlier.origin(index): index for index in range(len(earlier.attachments))}

    def adopted(paper: Document) -> Document:
        first = paper.first
        place = places.get((first.task_id, first.index)) if first is not None else None
        return (
            paper
            if first is None or place is None
            else replace(paper, first=replace(first, task_id=task_id, index=place))
        )

    return document.with_each(adopted)


def _with_fresh_codes(former: tuple[Attachment, ...], quoted: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the former attachments with the newer download codes of the same ones quoted in the question."""
    if len(quoted) == 1 and len({attachment.download_code for attachment in former}) == 1:
        quoted *= len(former)  # the files of one archive
    if len(quoted) != len(former):
        return former
    return tuple(replace(old, download_code=new.download_code) for old, new in zip(former, quoted, strict=True))


def _suffices(question: Refer, read: Read, earlier: _Earlier, document: Document) -> bool:
    """Return whether a document answers the question as it is: it was read as asked, or it has the wanted fields."""
    before = earlier.read
    if before is None or question.again or (read.first_page, read.most_pages) != (before.first_page, before.most_pages):
        return False
    if question.inherits:
        return True
    read_as = next((prompt for prompt in _prompts(before) if prompt.name == document.prompt), None)
    if read_as is None:
        return False
    if read.wanted_fields and (document.others or read_as.name != read.prompt.name):
        names = {paper.prompt for paper in document.papers}
        kinds = [prompt for prompt in _prompts(before) if prompt.name in names and prompt in read.candidates]
        return any(_has_all(kind, read.wanted_fields) for kind in kinds)
    if read.wanted_fields or not read.candidates:
        return _same(read.prompt, read_as)
    # The page decided its kind and would decide it again; the prompt counts only for a page that is not recognised.
    return read.candidates == before.candidates and (read_as in read.candidates or _same(read.prompt, before.prompt))


def _same(one: Prompt, other: Prompt) -> bool:
    return (one.name, one.sha256) == (other.name, other.sha256)


def _prompts(read: Read) -> Sequence[Prompt]:
    return (read.prompt, *read.candidates)


def _has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    return bool(names) and has_all(prompt, names)
