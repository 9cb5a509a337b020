"""What people want of the bot itself: their open tasks, an end to them, and for admins what was done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.asking.intent import NAMELESS
from bot.domain.errors import Undecodable
from bot.domain.message import ConversationKind
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Command, Read, Refer, RunCommand, Say, Task
from bot.storage.daily_counts import Days
from bot.storage.store import Store
from workers.steps.closing import cancel
from workers.steps.conversation_order import ConversationOrder
from workers.steps.lease import answering_lease

_WEEK = 7  # days
_MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Carry out commands; `clock` gives Unix seconds."""

    store: Store
    order: ConversationOrder
    clock: Callable[[], float]

    def carry_out(self, task: Task) -> Task:
        """Return `task` with what its command comes to as its content; without a command as it is.

        It may be repeated: what was cancelled once counts, and what came after the command stays.
        """
        match task.content:
            case RunCommand(command=Command.STATUS):
                return replace(task, content=Say(text=self._status(task)))
            case RunCommand(command=Command.CANCEL, references=references):
                return replace(task, content=Say(text=self._cancel(task, references)))
            case RunCommand(command=Command.STATISTICS):
                return replace(task, content=Say(text=self._statistics()))
            case _:  # the other commands are answered where the message came in
                return task

    def _status(self, task: Task) -> str:
        everywhere = task.recipient.conversation_kind is ConversationKind.SINGLE
        tasks = list(self._open_tasks(task, everywhere=everywhere))
        if not tasks:
            return texts.commands.no_open_tasks()
        lines = [self._open_task_line(one, task.received_at) for one in tasks[:_MOST_LISTED]]
        return texts.commands.open_tasks(len(tasks), lines)

    def _open_task_line(self, task: Task, now: float) -> str:
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        names = [neutralise_line(attachment.name) for attachment in task.attachments if attachment.name]
        return texts.commands.open_task(
            what=texts.commands.what_is_read(names[0] if names else "", len(task.attachments), _named_kind(task)),
            seconds=max(0.0, now - task.received_at),
            ahead=max(0, (self.store.place(task.id) or 1) - 1),
            read=sum(outcome is not None for outcome in outcomes),
            files=len(task.attachments),
        )

    def _open_tasks(self, task: Task, *, everywhere: bool) -> Iterator[Task]:
        """Yield the person's tasks that have no answer, here or everywhere, none that came later than `task`."""
        for task_id, _ in self.store.earlier_tasks.open_of(task.recipient.person):
            found = self._task(task_id)
            if found is None or found.received_at > task.received_at:
                continue
            if everywhere or found.recipient.conversation_id == task.recipient.conversation_id:
                yield found

    def _task(self, task_id: str) -> Task | None:
        try:
            return self.store.task(task_id)
        except Undecodable:  # the sweeper and its own steps see to it
            return None

    def _cancel(self, task: Task, references: Sequence[str]) -> str:
        meant = self._to_cancel(task, references)
        if meant is None:
            return texts.commands.cancel_which()
        busy = sum(not self._cancelled(one, task.id) for one in meant)
        self.order.send_next(task.recipient.conversation_id)
        return texts.commands.cancelled(self.store.cancelled_by(task.id), busy, quoted=bool(references))

    def _to_cancel(self, task: Task, references: Sequence[str]) -> list[Task] | None:
        """Return what is to be cancelled: the quoted task if it is the person's own, without a quote all of theirs.

        None if a receipt is quoted, which names no task, and it may be for any of several.
        """
        if not references or NAMELESS in references:
            own = list(self._open_tasks(task, everywhere=False))
            return None if references and len(own) > 1 else own
        found = self._task(self.store.earlier_tasks.referred_task(task.id))
        return [found] if found is not None and found.recipient.person == task.recipient.person else []

    def _cancelled(self, task: Task, command_id: str) -> bool:
        """Close a task so that nothing more is sent for it; return False if it is being sent at this moment."""
        lease = answering_lease(self.store, task.id)
        if not lease.hold():
            return False
        try:
            current = self._task(task.id)
            if current is not None:
                cancel(self.store, current, command_id, now=self.clock())
        finally:
            lease.release()
        return True

    def _statistics(self) -> str:
        now = self.clock()
        today, week = (_period_text(self.store.daily_counts.recent(now, days)) for days in (1, _WEEK))
        return texts.commands.statistics(today=today, week=week, waiting=self.store.waiting())


def _named_kind(task: Task) -> str:
    """Return the title of the kind of document that was asked for, "" if the page or an earlier paper decides."""
    match task.content:
        case Read(candidates=(), prompt=prompt) | Refer(inherits=False, read=Read(candidates=(), prompt=prompt)):
            return neutralise_line(prompt.title)
        case _:
            return ""


def _period_text(period: Days) -> str:
    return texts.commands.statistics_period(
        messages=period.messages,
        kinds=[(neutralise_line(name), count) for name, count in period.kinds.items()],
        failures=[*period.failures.items()],
        cancelled=period.cancelled,
        mean=period.mean,
        slowest=period.slowest,
    )
