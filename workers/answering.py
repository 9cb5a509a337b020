"""The `reply` step: what is not sent yet of an answer goes out, once, and the task is closed."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog

from bot.domain import texts
from bot.domain.document import Document, Failure, Outcome
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable, Unsure
from bot.domain.reply import Reply, render
from bot.domain.task import READ_SECONDS, Task
from bot.queue import again
from bot.store import Store
from workers.parts import Parts

_LEASE_SECONDS = 45  # longer than one part takes; prolonged before each

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do something alone."""

    store: Store
    name: str
    holder: str

    def hold(self) -> bool:
        """Take or prolong it; False while another has it."""
        return self.store.lease(self.name, self.holder, _LEASE_SECONDS)

    def release(self) -> None:
        """Give it back."""
        self.store.release(self.name, self.holder)


def answering_lease(store: Store, task_id: str) -> Lease:
    """Return the right to speak for a task."""
    return Lease(store=store, name=f"reply:{task_id}", holder=f"{os.getpid()}-{uuid4().hex}")


def reply(parts: Parts, task_id: str) -> Any:
    """Send what is not sent yet of the answer, then close the task."""
    task = parts.store.task(task_id)
    if task is None:
        return None
    lease = answering_lease(parts.store, task_id)
    if not lease.hold():
        return again(5.0)
    try:
        outcomes = _outcomes(parts, task)
        _send(parts, task, render(task, outcomes), lease)
        answered = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Document)]
        parts.store.firsts.confirm(task, answered)
    except (Unavailable, Misconfigured) as error:
        return parts.later(task, [error])
    except OcrbotError as error:
        _log.error("answer undeliverable", error=str(error))
    finally:
        lease.release()
    parts.store.close(task_id, len(task.attachments))
    _log.info("task answered", seconds=round(parts.clock() - task.received_at, 2))
    return None


def apologise(parts: Parts, task_id: str) -> Any:
    """Send one honest sentence in place of an answer that could not be composed."""
    task = parts.store.task(task_id)
    if task is not None:
        parts.outbox.send(task.address, texts.bug_title(), texts.bug(task_id), mention=True, task_id=task_id)
        parts.store.close(task_id, len(task.attachments))


def _outcomes(parts: Parts, task: Task) -> list[Outcome]:
    if task.answer:
        return []
    late = parts.clock() >= task.received_at + READ_SECONDS
    gone = Failure(
        reason="late" if late else "interrupted", text=(texts.too_late if late else texts.interrupted)(task.id)
    )
    outcomes = parts.store.outcomes(task.id, len(task.attachments))
    return [outcome or gone for outcome in outcomes]


def _send(parts: Parts, task: Task, reply: Reply, lease: Lease) -> None:
    progress = parts.store.progress(task.id)
    for number in range(progress.sent, len(reply.parts)):
        repeat = progress.sending > number  # begun once, and nobody knows whether it arrived
        text = texts.repeat_notice() + reply.parts[number] if repeat else reply.parts[number]
        if not lease.hold():
            raise Unavailable("another worker sends this answer")
        parts.store.mark(task.id, sending=number + 1)
        try:
            parts.outbox.send(task.address, reply.title, text, mention=number == 0, task_id=task.id)
        except Unsure:
            raise
        except OcrbotError:
            parts.store.mark(task.id, sending=progress.sending if repeat else number)
            raise
        parts.store.mark(task.id, sent=number + 1)
