"""Closing a task that is answered, cancelled or given up: it is counted and kept for later questions."""

from collections.abc import Sequence

import structlog

from bot.domain import texts
from bot.domain.document import Document, Outcome
from bot.domain.message import ApiClient
from bot.domain.receipt import Ending
from bot.domain.task import Task
from bot.storage.daily_counts import tally
from bot.storage.ledger import Closing
from bot.storage.store import Store

_log = structlog.get_logger("ocrbot.steps")


def close(store: Store, task: Task, outcomes: Sequence[Outcome] = (), *, now: float, cancelled_by: str = "") -> bool:
    """Close a task at `now` (Unix seconds); return False if it was closed already.

    `cancelled_by` is the id of the command that cancels it.
    """
    closing = Closing(
        now=now,
        conversation=task.conversation_id,
        counts=tally(task, outcomes, now=now, cancelled=bool(cancelled_by)),
        remember_seconds=task.remember_seconds if task.attachments else 0,
        cancelled_by=cancelled_by,
        person="" if isinstance(task.recipient, ApiClient) else task.recipient.person,
        answered=not cancelled_by and any(isinstance(outcome, Document) for outcome in outcomes),
    )
    return store.close(task.id, len(task.attachments), closing)


def cancel(store: Store, task: Task, command_id: str, *, now: float) -> None:
    """Close a task and its card on behalf of a command; the caller must hold the task's lease."""
    # The card first: if this is repeated after a crash, the task is still open.
    store.receipts.set_ending(task.id, Ending(text=texts.waiting.card_cancelled()))
    close(store, task, now=now, cancelled_by=command_id)
    _log.info("task cancelled", task=task.id)
