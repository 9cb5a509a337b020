"""What a question refers to: found once, and from then on its task is one as any other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.asking.field_names import meant
from bot.domain.document import Document, Outcome
from bot.domain.message import Attachment
from bot.domain.organisation import DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.task import READ_SECONDS, PageChoice, Task
from bot.domain.texts import chat as texts
from bot.storage.keys import FILE_SECONDS
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.steps.outcomes import put_document, put_outcome

_MOST_STEPS_BACK = 5  # from a question that came to nothing to what it was about


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """What a question is about; without `task` its codes are all that is known."""

    id: str
    attachments: tuple[Attachment, ...]
    task: Task | None = None
    outcomes: tuple[Outcome | None, ...] = ()  # one for each attachment, none of a question that is not resolved
    at_work: bool = False  # what is missing may yet come
    unanswered: bool = False  # it is over, and the person did not get what was read


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Resolve questions about what was posted before."""

    store: Store
    engine_name: str

    def resolve(self, task: Task) -> Task | None:
        """Return `task` with what it refers to as its own, None while that is being read and may do as it is.

        Its files and documents are written down before it is, so repeating this comes to the same.
        """
        if not task.refers:
            return task
        earlier = self._earlier(task)
        if earlier is None:
            found = replace(task, refers=())
        elif earlier.at_work and _may_do(task, earlier):
            return None
        else:
            found = _about(task, earlier)
            for index, former in enumerate(_places(found, earlier)):
                self._hand_over(found, earlier, (former, index))
            found = replace(found, attachments=_with_fresh_codes(found.attachments, task.attachments))
        self.store.rewrite(found)
        return found

    def _earlier(self, task: Task) -> _Earlier | None:
        past = self.store.past
        meant_id = earlier_id = past.meant(task.id)
        before, is_open = past.task(earlier_id)
        for _ in range(_MOST_STEPS_BACK):
            if before is not None or not earlier_id:
                break
            earlier_id = past.about(earlier_id)
            before, is_open = past.task(earlier_id)
        unanswered = not is_open and not past.was_answered(earlier_id)
        if before is None or not before.attachments:
            attachments = past.posted(task.id)
            known = _Earlier(
                id=earlier_id or meant_id,
                attachments=attachments,
                at_work=before is not None and is_open,
                unanswered=unanswered,
            )
            return known if attachments else None
        outcomes = tuple(self.store.outcomes(earlier_id, len(before.attachments)))
        return _Earlier(
            id=earlier_id,
            attachments=before.attachments,
            task=before,
            outcomes=outcomes,
            at_work=is_open and None in outcomes,
            unanswered=unanswered,
        )

    def _hand_over(self, task: Task, earlier: _Earlier, places: tuple[int, int]) -> None:
        """Give the task a file of the earlier one, and its document where that answers the question."""
        former, index = places
        self.store.past.copy_file((earlier.id, former), (task.id, index), FILE_SECONDS)
        data = self.store.file(task.id, index)
        outcome = earlier.outcomes[former] if earlier.outcomes else None
        if isinstance(outcome, Document) and _will_do(task, earlier, outcome):
            first = outcome.first
            if (
                first is not None and first.task_id == earlier.id
            ):  # of equal files in one message, which is this one too
                first = replace(first, task_id=task.id)
            found: Document | None = replace(outcome, first=first)
        else:
            found = self.store.result(result_key(data, task, self.engine_name)) if data is not None else None
        if found is not None and data is not None and task.duplicates is not DuplicateScope.OFF:
            put_document(self.store, task, index, replace(found, first=None), data)
        elif found is not None:
            put_outcome(self.store, task, index, found)


def unresolved(task: Task, now: float) -> Task:
    """Return `task` as it is answered at `now` (Unix seconds) where it refers to something that was never looked up.

    What it says where nothing is known would be wrong then.
    """
    if not task.refers or task.command is not None:
        return task
    late = now >= task.received_at + READ_SECONDS
    return replace(task, answer=(texts.too_late if late else texts.bug)(task.id))


def _may_do(task: Task, earlier: _Earlier) -> bool:
    """Tell whether the documents that are being read may be all that the question needs."""
    if task.pages is PageChoice.NAMED:
        return task.inherits and earlier.task is None
    return task.inherits or bool(task.only) or task.pages is PageChoice.FURTHER


def _about(task: Task, earlier: _Earlier) -> Task:
    """Return `task` with the attachments and, where it names no kind itself, the prompts of what it refers to."""
    # A question is no posting: it neither claims a paper nor is told that it came before, unless nobody was told, or
    # it is about other pages, which may hold papers that nobody looked at; the same posting does not repeat itself.
    elsewhere = task.pages is not PageChoice.SAME and all(one.posted for one in earlier.attachments)
    duplicates = task.duplicates if earlier.unanswered or elsewhere else DuplicateScope.OFF
    found = replace(task, refers=(), answer="", attachments=earlier.attachments, duplicates=duplicates)
    before = earlier.task
    if before is None:
        return found
    if task.pages is PageChoice.FURTHER:
        return _further(found, before, earlier)
    if task.pages is PageChoice.SAME and not task.attachments:
        found = replace(found, first_page=before.first_page, most_pages=before.most_pages)
    if task.inherits:
        return replace(found, prompt=before.prompt, candidates=before.candidates, only=before.only, note="")
    # The kinds that documents which are taken over were read as, for the reply to lay them out by.
    names = {prompt.name for prompt in _prompts(task)}
    kinds = [one for one in _prompts(before) if one.name not in names and _has_all(one, task.only)]
    return replace(found, candidates=(*task.candidates, *kinds) if task.candidates else ())


def _further(found: Task, before: Task, earlier: _Earlier) -> Task:
    """Return the task for the pages behind those that were read, of the files that have any."""
    left = [
        (attachment, outcome)
        for attachment, outcome in zip(earlier.attachments, earlier.outcomes, strict=True)
        if isinstance(outcome, Document) and outcome.pages_left
    ]
    if not left:
        return replace(found, attachments=(), answer=texts.nothing_further())
    first = left[0][1]
    begin = first.first_page + first.pages
    going_on = replace(
        found,
        attachments=tuple(one for one, document in left if document.first_page + document.pages == begin),
        first_page=begin,
    )
    # A page in the middle may not show what kind of document it belongs to.
    kind = next((prompt for prompt in _prompts(before) if prompt.name == first.prompt), before.prompt)
    return replace(going_on, prompt=kind, candidates=(), only=before.only, note="") if found.inherits else going_on


def _places(task: Task, earlier: _Earlier) -> list[int]:
    """Return where each of the task's files stands among the earlier one's."""
    return [earlier.attachments.index(attachment) for attachment in task.attachments]


def _with_fresh_codes(former: tuple[Attachment, ...], own: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the former attachments with the codes that came with the question, where it brought the same ones."""
    if len(own) == 1 and len({attachment.download_code for attachment in former}) == 1:
        own *= len(former)  # the files of one archive
    if len(own) != len(former):
        return former
    return tuple(replace(one, download_code=new.download_code) for one, new in zip(former, own, strict=True))


def _will_do(task: Task, earlier: _Earlier, document: Document) -> bool:
    """Tell whether a document answers the question as it is: the same was asked, or it has the fields."""
    before = earlier.task
    if before is None or (task.first_page, task.most_pages) != (before.first_page, before.most_pages):
        return False
    if task.inherits:
        return True
    read_as = next((prompt for prompt in _prompts(before) if prompt.name == document.prompt), None)
    if read_as is None or task.prompt is None or before.prompt is None:
        return False
    if task.only and read_as.name != task.prompt.name:
        return read_as in task.candidates and _has_all(read_as, task.only)
    if task.only or not task.candidates:
        return _same(task.prompt, read_as)
    # The page decides, as it did then; the prompt is for one that is not recognised.
    return task.candidates == before.candidates and (read_as in task.candidates or _same(task.prompt, before.prompt))


def _same(one: Prompt, other: Prompt) -> bool:
    return (one.name, one.sha256) == (other.name, other.sha256)


def _prompts(task: Task) -> Sequence[Prompt]:
    return [prompt for prompt in (task.prompt, *task.candidates) if prompt is not None]


def _has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    return bool(names) and all(meant(name, prompt.fields) for name in names)
