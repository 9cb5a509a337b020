"""Ending a request of the API: nothing is sent, its client comes for what was read, or is told to come."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain import texts
from bot.domain.document import Document, Failure, Outcome
from bot.domain.errors import Undecodable
from bot.domain.message import ApiClient
from bot.domain.requests.record import RequestEnd, RequestState
from bot.domain.requests.webhook_calls import WebhookCalls
from bot.domain.task import Task
from bot.storage.ledger import Closing
from bot.storage.queue import again
from bot.storage.store import Store
from workers.steps.closing import close
from workers.steps.outcomes import complete, put_outcome

_OTHER_VERSION_SECONDS = 20.0  # until the next look at what this version cannot read
_UNREADABLE_KEPT_SECONDS = 24 * 3600

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEnding:
    """Ends requests; `clock` gives Unix seconds. Each step may be repeated after an interruption at any point."""

    store: Store
    webhooks: WebhookCalls
    clock: Callable[[], float]

    def end(self, task: Task) -> Any:
        """End the request of an open task, whose files were read or are too late, and close the task."""
        try:
            found = self.store.outcomes(task.id, len(task.attachments))
        except Undecodable:
            return again(_OTHER_VERSION_SECONDS)  # another version of ocrbot may read what was read
        outcomes = complete(task, found, now=self.clock())
        self._end(task, self._standing(task, found, outcomes))
        return None

    def fail(self, task: Task, reason: str, sentence: str) -> None:
        """End the request of an open task with a failure for each of its files that was not read."""
        failure = Failure(reason=reason, text=sentence)
        try:
            found = self.store.outcomes(task.id, len(task.attachments))
        except Undecodable:
            found = [None for _ in task.attachments]
        outcomes = [outcome or failure for outcome in found]
        self._end(task, self._standing(task, found, outcomes))

    def _standing(self, task: Task, found: Sequence[Outcome | None], outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Store the outcomes that were not `found`; return those that stand, for a file may just have been read."""
        if None not in found:
            return outcomes
        for index, outcome in enumerate(outcomes):
            if found[index] is None:
                put_outcome(self.store, task, index, outcome)
        try:
            now = self.store.outcomes(task.id, len(task.attachments))
        except Undecodable:  # what another version of ocrbot has read
            return outcomes
        return [there or mine for there, mine in zip(now, outcomes, strict=True)]

    def fail_unreadable(self, task_id: str, client: ApiClient, files: int) -> None:
        """End the request of a task that no worker can read."""
        sentence = texts.failures.interrupted(task_id)
        end = RequestEnd(state=RequestState.FAILED, at=self.clock(), reason="interrupted", sentence=sentence)
        self.store.requests.course.end(task_id, client.client, end, keep_seconds=_UNREADABLE_KEPT_SECONDS, files=0)
        self._tell(task_id)
        self.store.ledger.close(task_id, files, Closing(now=self.clock()))

    def _end(self, task: Task, outcomes: Sequence[Outcome]) -> None:
        client = _client_of(task)
        end = request_end(outcomes, now=self.clock())
        self.store.requests.course.end(
            task.id, client.client, end, keep_seconds=task.remember_seconds, files=len(task.attachments)
        )
        if self.store.requests.course.record(task.id) is None:  # it was deleted, and whoever did so may have died
            self.store.ledger.close(task.id, len(task.attachments), Closing(now=self.clock()))
            return
        answered = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Document)]
        self.store.first_postings.confirm(task, answered)
        self._tell(task.id)
        close(self.store, task, outcomes, now=self.clock())
        _log.info("request ended", state=end.state.value, reason=end.reason)

    def _tell(self, task_id: str) -> None:
        """Have its webhook called, before the task is closed: whoever repeats this calls it again."""
        record = self.store.requests.course.record(task_id)
        if record is not None and record.webhook:
            self.webhooks.enqueue(record)


def request_end(outcomes: Sequence[Outcome], *, now: float) -> RequestEnd:
    """Return how a request with these outcomes has ended at `now`: failed only if none of its files was read."""
    documents = [one for one in outcomes if isinstance(one, Document)]
    papers = [paper for document in documents for paper in document.papers]
    prompts = tuple(dict.fromkeys(paper.prompt for paper in papers))
    if documents:
        pages = sum(document.pages for document in documents)
        return RequestEnd(state=RequestState.DONE, at=now, prompts=prompts, pages=pages)
    failures = [one for one in outcomes if isinstance(one, Failure)]
    reason = Counter(one.reason for one in failures).most_common(1)[0][0] if failures else "empty"
    sentence = next((one.text for one in failures if one.reason == reason), "")
    return RequestEnd(state=RequestState.FAILED, at=now, reason=reason, sentence=sentence)


def _client_of(task: Task) -> ApiClient:
    if isinstance(task.recipient, ApiClient):
        return task.recipient
    raise TypeError(f"task {task.id} is no request of the API")
