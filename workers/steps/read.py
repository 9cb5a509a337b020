"""What is done for a task, step by step. Each step may be repeated at any point and finds what is there."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.domain.document import Failure
from bot.domain.errors import OcrbotError
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from bot.storage.ledger import result_key
from workers.files.file_format import PageWindow
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.steps import card, fetch, receipt, reply
from workers.steps.parts import Parts

MOST_PAGES = 3  # of a file that the answers to later messages wait for
MAX_FILE_BYTES = 20 * 1024 * 1024

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Parts):
    """The steps, over the parts they join."""

    def fetch(self, task_id: str, generation: int) -> Any:
        """Download what is missing, answer from earlier results, enqueue the reads and the reply."""
        return fetch.fetch(self, task_id, generation)

    def read(self, task_id: str, index: int) -> Any:
        """Read one file and write down what came of it."""
        task = self.store.task(task_id)
        if task is None or task.prompt is None or self.store.outcomes(task_id, index + 1)[index] is not None:
            return None
        data = self.store.file(task_id, index)
        if data is None:
            return self.put(task, index, Failure(reason="file_gone", text=texts.file_gone()))
        key = result_key(data, task, self.engine.name)
        try:
            request = ReadRequest(
                file=identify(data),
                prompt=task.prompt,
                candidates=task.candidates,
                today=self.today(),
                companies=task.companies,
                window=PageWindow(first=task.first_page, most=task.most_pages),
                request_id=f"{task_id}-{index}",
            )
            document = read_document(request, self.engine, on_page=partial(self._tell_page, task))
        except OcrbotError as error:
            failure = self.failure(task, error)
            return self.later(task, [error]) if failure is None else self.put(task, index, failure)
        if document.engine == self.engine.name:
            self.store.receipts.measured(document.engine, document.seconds)
        _log.info("file read", index=index, prompt=document.prompt, engine=document.engine, seconds=document.seconds)
        self.settle(task, index, document, data, result=key)
        return card.progress(self, task)

    def _tell_page(self, task: Task, done: int, total: int, text: str) -> None:
        if done == 1 and total > MOST_PAGES:
            self.give_way(task)
        card.progress(self, task, page=text, pages=(done, total))

    def reply(self, task_id: str) -> Any:
        """Send what is not sent yet of the answer, then close the task."""
        return reply.reply(self, task_id)

    def fail(self, task_id: str, index: int | None = None) -> Any:
        """Put an honest sentence where an outcome should be: this file's, or every open one's, and go on."""
        task = self.store.task(task_id)
        if task is None:
            return None
        failure = Failure(reason="bug", text=texts.bug(task_id))
        for number, outcome in enumerate(self.store.outcomes(task_id, len(task.attachments))):
            if outcome is None and index in (None, number):
                self.put(task, number, failure)
        if index is None:
            self.queue.answer(task_id, self.store.progress(task_id).generation)
        return None

    def notice(self, task_id: str) -> None:
        """Give a task its receipt, or bring to an end what it was given."""
        receipt.notice(self, task_id)

    def put_off_notice(self, task_id: str) -> None:
        """Leave a notice that failed alone for a while; the answer comes all the same."""
        receipt.put_off(self, task_id)

    def apologise(self, task_id: str) -> Any:
        """Send one honest sentence in place of an answer that could not be composed."""
        return reply.apologise(self, task_id)
