"""The sentence for a task that is not answered: too old, or written by a version of ocrbot that is not there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain import texts
from bot.domain.errors import OcrbotError, Unavailable
from bot.domain.message import ApiClient, DingTalkConversation, conversation_id_of
from bot.domain.outbox import Outbox
from bot.domain.receipt import Ending
from bot.domain.task import READ_SECONDS, Task
from bot.domain.wire import Envelope
from bot.storage.daily_counts import given_up
from bot.storage.ledger import Closing
from bot.storage.queue import again
from bot.storage.store import Store
from workers.steps.conversation_order import ConversationOrder
from workers.steps.lease import answering_lease
from workers.steps.requests.ending import RequestEnding

OTHER_VERSION_SECONDS = 20.0  # until the next look at what this version cannot read

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """Ends tasks with one sentence; `clock` gives Unix seconds."""

    store: Store
    outbox: Outbox
    order: ConversationOrder
    requests: RequestEnding
    clock: Callable[[], float]

    def for_unreadable(self, task_id: str) -> Any:
        """Leave a task to a worker that can read it; once it has waited too long for one, say so and close it.

        Return RQ's request to look again, None if it is over or nothing can be told of it.
        """
        (found,) = self.store.ledger.tasks([task_id])
        if found.envelope is None:
            return None
        if self.clock() < found.envelope.received_at + READ_SECONDS:
            self.order.step_aside_from(conversation_id_of(found.envelope.recipient), task_id)
            return again(OTHER_VERSION_SECONDS)
        lease = answering_lease(self.store, task_id)
        if not lease.hold():
            return again(OTHER_VERSION_SECONDS)
        with lease.kept():
            return self._for_unreadable(task_id, found.envelope)

    def _for_unreadable(self, task_id: str, envelope: Envelope) -> Any:
        if isinstance(envelope.recipient, ApiClient):
            self.requests.fail_unreadable(task_id, envelope.recipient, envelope.files)
            return None
        try:
            self.say(task_id, envelope.recipient, texts.failures.interrupted(task_id))
        except Unavailable as error:
            return again(error.retry_after or OTHER_VERSION_SECONDS)
        except OcrbotError as error:
            _log.error("answer undeliverable", task=task_id, error=str(error))
        self.store.ledger.close(task_id, envelope.files, Closing(now=self.clock()))
        self.order.send_next(conversation_id_of(envelope.recipient))
        return None

    def for_old(self, task: Task) -> None:
        """Say that a task was given up, and close it; raises what sending raises."""
        self.say(task.id, task.conversation, texts.failures.given_up(task.id))
        self.close(task)

    def for_undecodable(self, task: Task) -> None:
        """Say that the work was interrupted, for what was read cannot be read back; raises what sending raises."""
        self.say(task.id, task.conversation, texts.failures.interrupted(task.id))
        self.close(task)

    def say(self, task_id: str, recipient: DingTalkConversation, sentence: str) -> None:
        """Send the sentence, also on the task's card."""
        self.outbox.send(recipient, texts.failures.bug_title(), sentence, mention=True, task_id=task_id)
        self.store.receipts.set_ending(task_id, Ending(text=sentence, failed=True))

    def close(self, task: Task) -> None:
        """Close a task as one that was given up."""
        closing = Closing(now=self.clock(), counts=given_up(task))
        if self.store.close(task.id, len(task.attachments), closing):
            _log.error("task given up", task=task.id, known=True)
