"""Answers that are about to be sent, alone or several in one message.

A shared message is one part of each of its answers: all are marked as being sent before it goes and as sent afterwards,
so that a killed worker repeats what a message of its own would have repeated, each marked as a repetition.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.document import Document, Outcome
from bot.domain.errors import OcrbotError, Unsure
from bot.domain.outbox import Outbox, Section
from bot.domain.replying.shared_message import fits_message
from bot.domain.task import Task
from bot.storage.store import Store
from workers.steps.closing import close
from workers.steps.delivery import Delivery
from workers.steps.lease import Lease, Taken

MOST_SHARED = 20  # answers in one message

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose lease is held: its task as it is stored, its outcomes, its claims, and its delivery."""

    task: Task
    outcomes: Sequence[Outcome]
    claimed: Mapping[bytes, bytes]  # see `bot.storage.first_postings`
    delivery: Delivery
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMessage:
    """Answers that fit one message, the next ones of a conversation in order."""

    store: Store
    outbox: Outbox
    answers: list[Answer]
    sections: list[Section]

    def add(self, answer: Answer) -> bool:
        """Add an answer; return False if it does not fit, or is not one short message."""
        section = answer.delivery.section()
        if section is None or not fits_message([*self.sections, section], self.outbox.limits):
            return False
        self.answers.append(answer)
        self.sections.append(section)
        return True

    def send(self) -> bool:
        """Send the message; return False if its content is refused. Raises as `Outbox.send_shared`, or `Taken`."""
        if not all(answer.lease.is_fresh() for answer in self.answers):
            raise Taken("another worker sends one of these answers")
        self._mark(sending=1)
        try:
            sent = self.outbox.send_shared(self.sections)
        except Unsure:
            raise
        except OcrbotError:
            self._take_back()
            raise
        if sent:
            for answer in self.answers:
                self.store.mark_sent(answer.task.id, 1)
        else:
            self._take_back()
        return sent

    def _mark(self, **counts: int) -> None:
        for answer in self.answers:
            self.store.mark(answer.task.id, **counts)

    def _take_back(self) -> None:
        """Mark those that no earlier try can have sent as not begun."""
        for answer in self.answers:
            self.store.mark(answer.task.id, sending=answer.delivery.progress.sending)


def finish(store: Store, answer: Answer, clock: Callable[[], float]) -> None:
    """Close the task of an answer that was sent; `clock` gives Unix seconds."""
    task = answer.task
    documents = [index for index, outcome in enumerate(answer.outcomes) if isinstance(outcome, Document)]
    store.first_postings.confirm(answer.delivery.task, documents, answer.claimed)
    close(store, task, answer.outcomes, now=clock())
    answer.lease.over = True
    _log.info("task answered", task=task.id, seconds=round(clock() - task.received_at, 2))
