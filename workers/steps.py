"""What is done for a task, step by step. Each step may be repeated at any point and finds what is there."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import uuid4

import structlog

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, Outcome
from bot.domain.duplicates import likenesses, scope_of
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Unsure
from bot.domain.message import Address, Attachment
from bot.domain.reply import Reply, render
from bot.domain.task import READ_SECONDS, Task
from bot.firsts import Posting
from bot.queue import TaskQueue, again
from bot.store import Store, result_key
from workers.engines.base import Engine
from workers.reading import read_document

MAX_FILE_BYTES = 20 * 1024 * 1024
_DOWNLOADS_AT_ONCE = 4
_ADMIN_PAUSE = 60.0  # how soon an admin's correction is noticed
_LONGEST_PAUSE = 30.0
_LEASE_SECONDS = 45  # longer than one part takes; prolonged before each

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    store: Store
    name: str
    holder: str

    def hold(self) -> bool:
        return self.store.lease(self.name, self.holder, _LEASE_SECONDS)

    def release(self) -> None:
        self.store.release(self.name, self.holder)


class Outbox(Protocol):
    """What sends one part of a reply; raises `Unavailable`, `Unsure` or `Misconfigured`."""

    def send(self, address: Address, title: str, text: str, *, mention: bool, task_id: str) -> Any:
        """Send one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The three steps, over the parts they join. `clock` gives Unix seconds."""

    store: Store
    queue: TaskQueue
    engine: Engine
    download: Callable[[Attachment, Address], bytes]
    outbox: Outbox
    clock: Callable[[], float]

    def fetch(self, task_id: str, generation: int) -> Any:
        """Download what is missing, answer from earlier results, enqueue the reads and the reply."""
        task = self.store.task(task_id)
        if task is None:
            return None
        outcomes = self.store.outcomes(task_id, len(task.attachments))
        missing = [index for index, outcome in enumerate(outcomes) if outcome is None]
        with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as threads:
            errors = [error for error in threads.map(lambda index: self._fetch_one(task, index), missing) if error]
        if errors:
            return self._later(task, errors)
        outcomes = self.store.outcomes(task_id, len(task.attachments))
        self.queue.follow(task_id, generation, [index for index, outcome in enumerate(outcomes) if outcome is None])
        return None

    def read(self, task_id: str, index: int) -> Any:
        """Read one file and write down what came of it."""
        task = self.store.task(task_id)
        if task is None or task.prompt is None or self.store.outcomes(task_id, index + 1)[index] is not None:
            return None
        data = self.store.file(task_id, index)
        if data is None:
            return self._put(task, index, Failure(reason="file_gone", text=texts.file_gone()))
        key = result_key(data, task, self.engine.name)
        try:
            document = read_document(
                data,
                task.prompt,
                task.candidates,
                self.engine,
                today=self._today(),
                companies=task.companies,
                request_id=f"{task_id}-{index}",
            )
        except OcrbotError as error:
            failure = self._failure(task, error)
            return self._later(task, [error]) if failure is None else self._put(task, index, failure)
        _log.info("file read", index=index, prompt=document.prompt, engine=document.engine, seconds=document.seconds)
        return self._settle(task, index, document, data, result=key)

    def reply(self, task_id: str) -> Any:
        """Send what is not sent yet of the answer, then close the task."""
        task = self.store.task(task_id)
        if task is None:
            return None
        lease = _Lease(store=self.store, name=f"reply:{task_id}", holder=f"{os.getpid()}-{uuid4().hex}")
        if not lease.hold():
            return again(5.0)
        try:
            outcomes = self._outcomes(task)
            self._send(task, render(task, outcomes), lease)
            answered = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Document)]
            self.store.firsts.confirm(task, answered)
        except (Unavailable, Misconfigured) as error:
            return self._later(task, [error])
        except OcrbotError as error:
            _log.error("answer undeliverable", error=str(error))
        finally:
            lease.release()
        self.store.close(task_id, len(task.attachments))
        _log.info("task answered", seconds=round(self.clock() - task.received_at, 2))
        return None

    def fail(self, task_id: str, index: int | None = None) -> Any:
        """Put an honest sentence where an outcome should be: this file's, or every open one's, and go on."""
        task = self.store.task(task_id)
        if task is None:
            return None
        failure = Failure(reason="bug", text=texts.bug(task_id))
        for number, outcome in enumerate(self.store.outcomes(task_id, len(task.attachments))):
            if outcome is None and index in (None, number):
                self._put(task, number, failure)
        if index is None:
            self.queue.answer(task_id, self.store.progress(task_id).generation)
        return None

    def apologise(self, task_id: str) -> Any:
        """Send one honest sentence in place of an answer that could not be composed."""
        task = self.store.task(task_id)
        if task is not None:
            self.outbox.send(task.address, texts.bug_title(), texts.bug(task_id), mention=True, task_id=task_id)
            self.store.close(task_id, len(task.attachments))

    def _fetch_one(self, task: Task, index: int) -> OcrbotError | None:
        if self.store.has_file(task.id, index):
            return None
        try:
            data = self.download(task.attachments[index], task.address)
        except OcrbotError as error:
            failure = self._failure(task, error)
            if failure is None:
                return error
            self._put(task, index, failure)
            return None
        known = self.store.result(result_key(data, task, self.engine.name))
        if known is None:
            self.store.put_file(task.id, index, data)
        else:
            self._settle(task, index, replace(known, first=None), data)  # who was first is another question
        return None

    def _failure(self, task: Task, error: OcrbotError) -> Failure | None:
        """Return what the person is told, None while there is time to try again."""
        if isinstance(error, Refused):
            return Failure(reason=error.reason, text=error.text)
        if self.clock() < task.received_at + READ_SECONDS:
            return None
        return Failure(reason="late", text=texts.too_late(task.id))

    def _later(self, task: Task, errors: Iterable[OcrbotError]) -> Any:
        """Return when to try again: when an error says, else after a pause that grows with the task's age."""
        age = self.clock() - task.received_at
        pauses = []
        for error in errors:
            _log.warning("step put off", error=str(error), kind=type(error).__name__)
            said = error.retry_after if isinstance(error, Unavailable) else _ADMIN_PAUSE
            pauses.append(said if said is not None else min(max(1.0, age / 3), _LONGEST_PAUSE))
        return again(max(pauses))

    def _outcomes(self, task: Task) -> list[Outcome]:
        if task.answer:
            return []
        late = self.clock() >= task.received_at + READ_SECONDS
        gone = Failure(
            reason="late" if late else "interrupted", text=(texts.too_late if late else texts.interrupted)(task.id)
        )
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        return [outcome or gone for outcome in outcomes]

    def _send(self, task: Task, reply: Reply, lease: "_Lease") -> None:
        progress = self.store.progress(task.id)
        for number in range(progress.sent, len(reply.parts)):
            repeat = progress.sending > number  # begun once, and nobody knows whether it arrived
            text = texts.repeat_notice() + reply.parts[number] if repeat else reply.parts[number]
            if not lease.hold():
                raise Unavailable("another worker sends this answer")
            self.store.mark(task.id, sending=number + 1)
            try:
                self.outbox.send(task.address, reply.title, text, mention=number == 0, task_id=task.id)
            except Unsure:
                raise
            except OcrbotError:
                self.store.mark(task.id, sending=progress.sending if repeat else number)
                raise
            self.store.mark(task.id, sent=number + 1)

    def _settle(self, task: Task, index: int, document: Document, data: bytes, *, result: str = "") -> None:
        """Write down a document, and who posted the same paper before."""
        scope = scope_of(task.address, task.duplicates)
        read_with = next((one for one in (task.prompt, *task.candidates) if one and one.name == document.prompt), None)
        if scope is not None and read_with is not None and read_with.duplicates is not None:
            found = likenesses(document.fields, read_with.duplicates, data)
            first = self.store.firsts.claim(Posting(task=task, index=index), scope, found)
            document = replace(document, first=first)
        self._put(task, index, document, result=result)

    def _put(self, task: Task, index: int, outcome: Outcome, *, result: str = "") -> None:
        self.store.put_outcome(task.id, index, outcome, result=result)

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock(), CHINA).date()
