"""One answer for files and words that a person posts within a few seconds.

The task with the words answers for those with the files. Each of these waits until then, and answers itself if the
words end without an answer: they are closed after the answer was sent and before the task with the words is, so that
whoever dies in between, none is lost and none is answered twice.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.asking.burst import files_after, files_before
from bot.domain.document import Document
from bot.domain.errors import Undecodable
from bot.domain.receipt import Ending
from bot.domain.task import BurstPart, Read, Refer, Task
from bot.storage.store import Store
from workers.steps.closing import close
from workers.steps.lease import answering_lease

_PAUSES = (0.0, 0.05, 0.1, 0.25)  # seconds to wait for a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Finds out which tasks belong together."""

    store: Store

    def files_for(self, task: Task) -> list[str]:
        """Return the ids of the tasks, open or not, whose files the words of `task` are about; oldest first."""
        if task.burst_part is not BurstPart.WORDS:
            return []
        messages = self.store.earlier_tasks.burst(task.conversation)
        before = files_before(task.id, messages)
        if before or self.store.earlier_tasks.referred_task(task.id):
            return before
        return files_after(task.id, messages)

    def waits_for_words(self, task: Task) -> bool:
        """Return whether an open task with words is going to answer for this one, which brings files."""
        if task.burst_part is not BurstPart.FILES or self.store.progress(task.id).sending:
            return False
        messages = self.store.earlier_tasks.burst(task.conversation)
        words = (message.task_id for message in messages if message.part is BurstPart.WORDS)
        return any(self._answers_for(self._open(task_id), task) for task_id in words)

    def _answers_for(self, words: Task | None, task: Task) -> bool:
        if words is None:
            return False
        match words.content:
            case Refer():
                return task.id in self.files_for(words)
            case Read(attachments=attachments):
                codes = {attachment.download_code for attachment in attachments}
                return bool(codes) and {attachment.download_code for attachment in task.attachments} <= codes
            case _:
                return False

    def covered(self, task: Task) -> Iterator[Task]:
        """Yield the open tasks with files that `task` answers for."""
        for task_id in self.files_for(task):
            files = self._open(task_id)
            if files is not None and self._answers_for(task, files):
                yield files

    def let_pass(self, task: Task) -> None:
        """Let the answer of `task` go before those that it answers for."""
        for files in self.covered(task):
            self.store.answer_order.leave(files.id, files.conversation_id)

    def close_covered(self, task: Task, *, now: float) -> None:
        """Close without a message what the answer of `task`, which was sent, has answered too."""
        for files in self.covered(task):
            lease = answering_lease(self.store, files.id)
            if not any(_after(pause, lease.hold) for pause in _PAUSES):
                continue  # its own answer is being sent
            try:
                if not self.store.progress(files.id).sending:
                    self._close(files, now)
            finally:
                lease.release()

    def _close(self, task: Task, now: float) -> None:
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        read = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Document)]
        self.store.first_postings.confirm(task, read)
        self.store.receipts.set_ending(task.id, Ending(text=texts.waiting.card_answered_with_words()))
        close(self.store, task, [outcome for outcome in outcomes if outcome is not None], now=now)

    def _open(self, task_id: str) -> Task | None:
        try:
            return self.store.task(task_id)
        except Undecodable:  # left to the sweeper
            return None


def _after(pause: float, do: Callable[[], bool]) -> bool:
    time.sleep(pause)
    return do()
