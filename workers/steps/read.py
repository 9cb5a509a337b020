"""The `read` step: read one file into a document or a failure."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from bot.domain.message import ApiClient, DingTalkConversation
from bot.domain.requests.page_picture import PagePicture
from bot.domain.task import Read, Task
from bot.storage.queue import again
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.readers.base import FileReader, FileRequest
from workers.steps.card import CardProgress
from workers.steps.conversation_order import ConversationOrder
from workers.steps.outcomes import put_document, put_outcome
from workers.steps.retrying import Retrying
from workers.steps.turns import Turns
from workers.steps.waiting_time import ReadingTimes

MOST_PAGES = 3  # of a file; the answers to later messages do not wait for longer ones

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStep:
    """Reads files; `clock` gives Unix seconds."""

    store: Store
    reader: FileReader
    card: CardProgress
    reading_times: ReadingTimes
    order: ConversationOrder
    retrying: Retrying
    turns: Turns
    own_text_turns: Turns  # further ones, of files that look as if no engine were needed
    request_turns: Turns  # that files of the API need too
    clock: Callable[[], float]

    def run(self, task_id: str, index: int) -> Any:
        """Read one file of a task and store its outcome; return the task if it was the last one.

        While the person's other files take all the places that are theirs, the step is put off.
        """
        task = self.store.task(task_id)
        if task is None:
            return None
        from_chat = isinstance(task.recipient, DingTalkConversation)
        own_text = from_chat and index < len(task.attachments) and task.attachments[index].own_text
        with ExitStack() as stack:
            if not from_chat:
                turn = stack.enter_context(self.request_turns.turn(task.recipient.person))
                if not turn.granted:
                    return again(turn.pause)
            turn = stack.enter_context(self.turns.turn(task.recipient.person, may_wait=not own_text))
            if own_text and not turn.granted:  # the person's pictures may wait for an engine that hangs
                turn = stack.enter_context(self.own_text_turns.turn(task.recipient.person))
            if not turn.granted:
                return again(turn.pause)
            try:
                return self._read(task_id, index)
            except (Unavailable, Misconfigured) as error:  # the file is kept where it cannot be reached now
                return self.retrying.put_off(task, [error])

    def _read(self, task_id: str, index: int) -> Any:
        task, outcome, data = self.store.files.to_read(task_id, index)
        if task is None or not isinstance(task.content, Read) or index >= len(task.attachments):
            return None
        if outcome is not None:  # of a try that was interrupted before the answer
            return self._all_read(task)
        if data is None:
            return put_outcome(self.store, task, index, Failure(reason="file_gone", text=texts.failures.file_gone()))
        try:
            document = self._document(task, index, data)
        except OcrbotError as error:
            failure = self.retrying.failure(task, error)
            if failure is None:
                return self.retrying.put_off(task, [error])
            return put_outcome(self.store, task, index, failure)
        return self._put(task, index, document, data)

    def _document(self, task: Task, index: int, data: bytes) -> Document:
        read = task.to_read
        request = FileRequest(
            prompt=read.prompt,
            candidates=read.candidates,
            today=datetime.fromtimestamp(self.clock(), CHINA).date(),
            companies=read.companies,
            first_page=read.first_page,
            most_pages=read.most_pages,
            request_id=f"{task.id}-{index}",
            person=task.recipient.person,
            is_trial=bool(read.trial),
        )
        if isinstance(task.recipient, ApiClient):
            self.store.requests.course.begin(task.id, task.recipient.client, self.clock())
            request = replace(request, pictures=not request.is_trial, behind=True)
            told = partial(self._page_of_request_read, task, index), partial(self._keep_picture, task, index)
            return self.reader.read(data, request, *told)
        return self.reader.read(data, request, partial(self._page_read, task))

    def _page_of_request_read(self, task: Task, index: int, done: int, total: int, _text: str) -> None:
        self.store.requests.course.page_read(task.id, index, done, total)

    def _keep_picture(self, task: Task, index: int, page: int, picture: PagePicture) -> None:
        beside = self.store.requests.beside
        beside.put_picture(task.id, index, page, picture, keep_seconds=task.remember_seconds)

    def _page_read(self, task: Task, done: int, total: int, text: str) -> None:
        """Show a page that was read on the task's card; let later answers overtake a long file."""
        if done == 1 and total > MOST_PAGES:
            self.order.step_aside(task)
        self.card.show(task, page=text, pages=(done, total))

    def _put(self, task: Task, index: int, document: Document, data: bytes) -> Task | None:
        if document.engine == self.reader.engine_name:
            seconds_a_page = self.reader.own_seconds(document.seconds) / max(1, document.pages)
            self.reading_times.add(document.engine, seconds_a_page)
        _log.info("file read", index=index, prompt=document.prompt, engine=document.engine, seconds=document.seconds)
        from_chat = isinstance(task.recipient, DingTalkConversation)  # a client may delete all that is kept of its file
        # What another engine read instead, the first one is to read when it is back.
        is_reused = from_chat and not any(paper.instead_of for paper in document.papers)
        result = result_key(data, task.to_read, self.reader.engine_name) if is_reused else ""
        ended = put_document(self.store, task, index, document, data, result=result)
        if ended is None and isinstance(task.recipient, DingTalkConversation):
            self.card.show(task)
        return ended

    def _all_read(self, task: Task) -> Task | None:
        return None if None in self.store.outcomes(task.id, len(task.attachments)) else task

    def give_up(self, task_id: str, index: int) -> Task | None:
        """Store a failure as the outcome of a file after a bug; return the task if it was the last one."""
        task = self.store.task(task_id)
        if task is None or index >= len(task.attachments):
            return None
        if self.store.outcomes(task_id, index + 1)[index] is not None:
            return self._all_read(task)
        return put_outcome(self.store, task, index, Failure(reason="bug", text=texts.failures.bug(task_id)))
