"""What the steps are joined from, and what all of them do when something goes wrong."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import structlog

from bot.domain.checking.duplicates import likenesses, scope_of
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, Outcome
from bot.domain.errors import OcrbotError, Refused, Unavailable
from bot.domain.message import Address, Attachment
from bot.domain.message_limits import MessageLimits
from bot.domain.receipt import Ending
from bot.domain.task import READ_SECONDS, Task
from bot.domain.texts import chat as texts
from bot.storage.daily_counts import tally
from bot.storage.first_postings import Posting
from bot.storage.ledger import Closing, Store
from bot.storage.queue import TaskQueue, again
from workers.engines.base import Engine
from workers.steps.ports import ReceiptPorts

_ADMIN_PAUSE = 60.0  # how soon an admin's correction is noticed
_LONGEST_PAUSE = 30.0

_log = structlog.get_logger("ocrbot.steps")


class Outbox(Protocol):
    """What sends one part of a reply; raises `Unavailable`, `Unsure` or `Misconfigured`."""

    @property
    def limits(self) -> MessageLimits:
        """How much it takes of one answer."""

    def send(self, address: Address, title: str, text: str, *, mention: bool, task_id: str) -> Any:
        """Send one message."""

    def send_file(self, address: Address, name: str, data: bytes, *, task_id: str) -> Any:
        """Send one file; any other error means that it is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The store, the queue and the ways out and in. `clock` gives Unix seconds."""

    store: Store
    queue: TaskQueue
    engine: Engine
    download: Callable[[Attachment, Address], bytes]
    outbox: Outbox
    clock: Callable[[], float]
    desk: ReceiptPorts | None = None  # without it nobody gets word while they wait

    def failure(self, task: Task, error: OcrbotError) -> Failure | None:
        """Return what the person is told, None while there is time to try again."""
        if isinstance(error, Refused):
            return Failure(reason=error.reason, text=error.text)
        if self.clock() < task.received_at + READ_SECONDS:
            return None
        return Failure(reason="late", text=texts.too_late(task.id))

    def later(self, task: Task, errors: Iterable[OcrbotError]) -> Any:
        """Return when to try again: when an error says, else after a pause that grows with the task's age."""
        age = self.clock() - task.received_at
        pauses = []
        for error in errors:
            _log.warning("step put off", error=str(error), kind=type(error).__name__)
            said = error.retry_after if isinstance(error, Unavailable) else _ADMIN_PAUSE
            pauses.append(said if said is not None else min(max(1.0, age / 3), _LONGEST_PAUSE))
        self.give_way(task)
        return again(max(pauses))

    def give_way(self, task: Task) -> None:
        """Let the answers that wait for this task's go first: it takes long. Its own goes once it can be sent."""
        if self.store.turns.leave(task.id):
            self.pass_on(task.address.conversation_id)

    def pass_on(self, conversation_id: str) -> None:
        """Have the answer sent that has its turn in a conversation, where it waits for that."""
        turn = self.store.turns.next(conversation_id)
        if turn.task_id:
            self.queue.answer(turn.task_id, self.store.next_generation(turn.task_id))

    def settle(self, task: Task, index: int, document: Document, data: bytes, *, result: str = "") -> None:
        """Write down a document, and who posted the same paper before."""
        scope = scope_of(task.address, task.duplicates)
        read_with = next((one for one in (task.prompt, *task.candidates) if one and one.name == document.prompt), None)
        if scope is not None and read_with is not None and read_with.duplicates is not None:
            found = likenesses(document.fields, read_with.duplicates, data)
            first = self.store.firsts.claim(Posting(task=task, index=index), scope, found)
            document = replace(document, first=first)
        self.put(task, index, document, result=result)

    def put(self, task: Task, index: int, outcome: Outcome, *, result: str = "") -> None:
        """Write down what became of a file."""
        self.store.put_outcome(task.id, index, outcome, result=result, remember_seconds=task.remember_seconds)

    def close(self, task: Task, outcomes: Sequence[Outcome] = (), *, cancelled_by: str = "") -> bool:
        """Close a task: count it, and remember it for later questions; False where it was closed already."""
        now = self.clock()
        closing = Closing(
            now=now,
            counts=tally(task, outcomes, now=now, cancelled=bool(cancelled_by)),
            remember_seconds=task.remember_seconds if task.attachments else 0,
            cancelled_by=cancelled_by,
            answered=not cancelled_by and any(isinstance(outcome, Document) for outcome in outcomes),
        )
        return self.store.close(task.id, len(task.attachments), closing)

    def cancel(self, task: Task, command_id: str) -> None:
        """Close a task on behalf of a command, its card too; the caller has the right to speak for it."""
        # First what is shown of it: whoever repeats this after a crash finds the task still open.
        self.store.receipts.settle(task.id, Ending(text=texts.card_cancelled()))
        self.close(task, cancelled_by=command_id)
        _log.info("task cancelled", task=task.id)

    def today(self) -> date:
        """Return the day in China."""
        return datetime.fromtimestamp(self.clock(), CHINA).date()
