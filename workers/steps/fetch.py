"""The `fetch` step: download all attachments early, because download codes expire, and unpack archives."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import texts
from bot.domain.document import Document, Failure
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.message import ApiClient
from bot.domain.task import Read, Task
from bot.storage.answer_order import MOST_FILES
from bot.storage.queue import TaskQueue, again
from bot.storage.store import Store
from workers.steps.conversation_order import ConversationOrder
from workers.steps.downloads import Downloads
from workers.steps.follow_ups.resolving import FollowUps
from workers.steps.outcomes import put_document, put_outcome
from workers.steps.retrying import Retrying
from workers.steps.unpack import Unpacker
from workers.steps.waiting_time import WaitingTime

_LOOK_SECONDS = 1.0  # until the next look at a task that is not ready


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchStep:
    """Downloads the files of tasks, then has them read."""

    store: Store
    queue: TaskQueue
    follow_ups: FollowUps
    downloads: Downloads
    unpacker: Unpacker
    order: ConversationOrder
    retrying: Retrying
    waiting_time: WaitingTime

    def run(self, task_id: str, generation: int) -> Any:
        """Download what is missing and enqueue the reads; return the task if earlier results make them needless.

        While files cannot be kept, or those that are kept not be reached, the step is put off.
        """
        task = self.store.task(task_id)
        if task is None:
            return None
        try:
            return self._fetch(task, generation)
        except (Unavailable, Misconfigured) as error:
            return self.retrying.put_off(task, [error])

    def _fetch(self, unresolved: Task, generation: int) -> Any:
        task = self.follow_ups.resolve(unresolved)
        if task is None:
            return again(_LOOK_SECONDS)
        downloaded = self.downloads.get(task)
        if downloaded.errors:
            return self.retrying.put_off(task, downloaded.errors)
        unpacked = None if downloaded.outdated else self.unpacker.unpack(task, downloaded.archives)
        if unpacked is None:
            return again(_LOOK_SECONDS)
        known = self._with_what_is_known(
            unpacked.task,
            {unpacked.index_of(index): pages for index, pages in downloaded.pages.items()},
            {unpacked.index_of(index) for index in downloaded.own_text.difference(downloaded.archives)},
        )
        if known is None:
            return again(_LOOK_SECONDS)
        task = known
        if len(task.attachments) > MOST_FILES:
            self.order.step_aside(task)
        moved = {unpacked.index_of(index): known for index, known in downloaded.known.items()}
        self._put_known(task, unpacked.known | moved)
        unread = downloaded.unread
        if moved or downloaded.archives:
            outcomes = self.store.outcomes(task.id, len(task.attachments))
            unread = [index for index, outcome in enumerate(outcomes) if outcome is None]
        if not unread:
            return task
        from_chat = not isinstance(task.recipient, ApiClient)
        first = {index for index in unread if task.attachments[index].own_text and from_chat}
        self.queue.follow(task.id, generation, unread, first=first)
        self.waiting_time.hasten_receipt(task, unread, generation)
        return None

    def _with_what_is_known(self, task: Task, pages: Mapping[int, int], own_text: AbstractSet[int]) -> Task | None:
        """Return the task with the numbers of pages that the downloaded files have, and which need no engine.

        None if it was closed or rewritten by another process meanwhile.
        """
        if not (pages or own_text) or not isinstance(task.content, Read):
            return task
        attachments = tuple(
            replace(
                attachment,
                pages=pages.get(index, attachment.pages),
                own_text=attachment.own_text or index in own_text,
            )
            for index, attachment in enumerate(task.attachments)
        )
        known = replace(task, content=replace(task.content, attachments=attachments))
        return known if self.store.rewrite(task, known) else None

    def _put_known(self, task: Task, known: Mapping[int, tuple[Document, bytes]]) -> None:
        """Store the documents that equal bytes gave before; first postings are looked up again."""
        for index, (document, data) in sorted(known.items()):
            put_document(self.store, task, index, document.unposted, data)

    def give_up(self, task_id: str) -> Task | None:
        """Store a failure for each missing outcome after a bug, so that the task is answered; return the task."""
        task = self.store.task(task_id)
        if task is None:
            return None
        failure = Failure(reason="bug", text=texts.failures.bug(task_id))
        for index, outcome in enumerate(self.store.outcomes(task_id, len(task.attachments))):
            if outcome is None:
                put_outcome(self.store, task, index, failure)
        return task
