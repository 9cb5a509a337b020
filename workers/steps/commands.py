"""Commands to the bot: list one's open tasks, cancel them and, for admins, show statistics."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.asking.references import NAMELESS
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
    """Carries out commands; `clock` gives Unix seconds."""

    store: Store
    order: ConversationOrder
    clock: Callable[[], float]

    def carry_out(self, task: Task) -> Task:
        """Return `task` with the result of its command as its content; unchanged if it has none of these commands.

        What is said at a first meeting is said to a person of whom no task was closed before.

        Can be repeated: tasks cancelled by an earlier run count, and tasks posted after the command are not cancelled.
        """
        match task.content:
            case RunCommand(command=Command.STATUS):
                return replace(task, content=Say(text=self._status(task)))
            case RunCommand(command=Command.CANCEL, references=references):
                return replace(task, content=Say(text=self._cancel(task, references)))
            case RunCommand(command=Command.STATISTICS):
                return replace(task, content=Say(text=self._statistics()))
            case Say(at_first=whole) if whole and not self.store.ledger.has_met(task.recipient.person):
                return replace(task, content=Say(text=whole))
            case _:  # other commands are answered on receipt of the message
                return task

    def _status(self, task: Task) -> str:
        everywhere = task.conversation.conversation_kind is ConversationKind.SINGLE
        tasks = list(self._open_tasks(task, everywhere=everywhere))
        if not tasks:
            return texts.commands.no_open_tasks()
        lines = [self._open_task_line(listed, task.received_at) for listed in tasks[:_MOST_LISTED]]
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
        """Yield the person's unanswered tasks, in this conversation or everywhere, that are not later than `task`."""
        for task_id, _ in self.store.earlier_tasks.open_of(task.recipient.person):
            open_task = self._task(task_id)
            if open_task is None or open_task.received_at > task.received_at:
                continue
            if everywhere or open_task.conversation_id == task.conversation_id:
                yield open_task

    def _task(self, task_id: str) -> Task | None:
        try:
            return self.store.task(task_id)
        except Undecodable:  # left to the sweeper and its own steps
            return None

    def _cancel(self, task: Task, references: Sequence[str]) -> str:
        tasks = self._to_cancel(task, references)
        if tasks is None:
            return texts.commands.cancel_which()
        busy = sum(not self._try_to_cancel(to_cancel, task.id) for to_cancel in tasks)
        self.order.send_next(task.conversation_id)
        return texts.commands.cancelled(self.store.cancelled_by(task.id), busy, quoted=bool(references))

    def _to_cancel(self, task: Task, references: Sequence[str]) -> list[Task] | None:
        """Return the tasks to cancel: the quoted one if it is the person's own or, without a quote, all of theirs.

        None if a receipt is quoted that identifies no task, and the person has several.
        """
        if not references or NAMELESS in references:
            tasks = list(self._open_tasks(task, everywhere=False))
            return None if references and len(tasks) > 1 else tasks
        quoted = self._task(self.store.earlier_tasks.referred_task(task.id))
        return [quoted] if quoted is not None and quoted.recipient.person == task.recipient.person else []

    def _try_to_cancel(self, task: Task, command_id: str) -> bool:
        """Close a task so that nothing more is sent for it; return False if its answer is being sent right now."""
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
    """Return the title of the requested kind of document, "" if the page or an earlier task decides the kind."""
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
