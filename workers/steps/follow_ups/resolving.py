"""Resolving questions about earlier tasks: afterwards their tasks are like any other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain import texts
from bot.domain.asking.burst import FILES_AFTER_SECONDS
from bot.domain.message import Attachment
from bot.domain.organisation import DuplicateScope
from bot.domain.task import READ_SECONDS, BurstPart, Read, Refer, Say, Task
from bot.storage.keys.tasks import FILE_SECONDS
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.steps.burst import Burst
from workers.steps.follow_ups.earlier import Earlier, adopted, joined, known_document, may_suffice
from workers.steps.follow_ups.reading_anew import of_its_kinds, resolved_content
from workers.steps.outcomes import put_document, put_outcome

if TYPE_CHECKING:
    from bot.domain.document import Document

_MOST_STEPS_BACK = 5  # from a question that has no task any more to the task that it was about


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
            content = read if read.attachments else Say(text=question.unknown, at_first=question.at_first)
        elif earlier.at_work and may_suffice(question, earlier):
            return None
        else:
            meant = of_its_kinds(question, earlier)
            question = meant if isinstance(meant, Refer) else question
            content = resolved_content(meant, earlier) if isinstance(meant, Refer) else meant
        if earlier is not None and isinstance(content, Read):
            for index in range(len(content.attachments)):
                self._hand_over(replace(task, content=content), index, question, earlier)
            content = replace(content, attachments=_with_fresh_codes(content.attachments, question.read.attachments))
        resolved = replace(task, content=content)
        return resolved if self.store.rewrite(task, resolved) else None

    def _may_follow(self, task: Task) -> bool:
        return task.burst_part is BurstPart.WORDS and self.clock() < task.received_at + FILES_AFTER_SECONDS

    def _earlier(self, task: Task) -> Earlier | None:
        """Return what a question is about: the files posted together with it, else what it refers to."""
        together = self.burst.files_for(task)
        found = [(task_id, *self.store.earlier_tasks.task(task_id)) for task_id in together]
        parts = [
            replace(part, at_work=is_open and None in part.outcomes)
            for part, is_open in ((self._as_read(one, it), is_open) for one, it, is_open in found if it is not None)
        ]
        if len(parts) > 1 or (parts and not self.store.earlier_tasks.referred_task(task.id)):
            return joined(parts)
        return self._referred(task)

    def _referred(self, task: Task) -> Earlier | None:
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
            codes_only = Earlier(
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

    def _as_read(self, task_id: str, task: Task, steps: int = _MOST_STEPS_BACK) -> Earlier:
        """Return how a task was read, and how the tasks were that it was about with the same files."""
        about = self.store.earlier_tasks.about(task_id) if steps else ""
        former = self.store.earlier_tasks.task(about)[0] if about and about != task_id else None
        has_same_files = former is not None and len(former.attachments) == len(task.attachments)
        return Earlier(
            task_id=task_id,
            attachments=task.attachments,
            read=task.to_read,
            outcomes=tuple(self.store.outcomes(task_id, len(task.attachments))),
            before=self._as_read(about, former, steps - 1) if former is not None and has_same_files else None,
        )

    def _hand_over(self, task: Task, index: int, question: Refer, earlier: Earlier) -> None:
        """Copy a file of the earlier task to this one, and its document if that answers the question."""
        read = task.to_read
        former = earlier.attachments.index(read.attachments[index])
        self.store.earlier_tasks.copy_file(earlier.origin(former), (task.id, index), FILE_SECONDS)
        data = self.store.file(task.id, index)
        document: Document | None = None
        if (known := known_document(question, read, earlier, former)) is not None:
            document = adopted(known[1], task.id, known[0])
        elif data is not None and not question.again:
            document = self.store.result(result_key(data, read, self.engine_name))
        if document is not None and data is not None and read.duplicates is not DuplicateScope.OFF:
            put_document(self.store, task, index, document.unposted, data)
        elif document is not None:
            put_outcome(self.store, task, index, document)


def unresolved(task: Task, now: float) -> Task:
    """Return `task` with a sentence for its content if it is still an unresolved question at `now` (Unix seconds).

    The question's own sentence for an unknown reference would be wrong, because the reference was never looked up.
    """
    if not isinstance(task.content, Refer):
        return task
    late = now >= task.received_at + READ_SECONDS
    return replace(task, content=Say(text=(texts.failures.too_late if late else texts.failures.bug)(task.id)))


def _with_fresh_codes(former: tuple[Attachment, ...], quoted: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the former attachments with the newer download codes of the same ones quoted in the question."""
    if len(quoted) == 1 and len({attachment.download_code for attachment in former}) == 1:
        quoted *= len(former)  # the files of one archive
    if len(quoted) != len(former):
        return former
    return tuple(replace(old, download_code=new.download_code) for old, new in zip(former, quoted, strict=True))
