"""What people want of the bot itself: their open tasks, an end to them, and for admins what was done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.domain.asking.intent import NAMELESS
from bot.domain.errors import Undecodable
from bot.domain.message import ConversationKind
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Command, Task
from bot.domain.texts import chat as texts
from workers.steps.lease import answering_lease
from workers.steps.parts import Parts

_WEEK = 7  # days
_MOST_LISTED = 10


def carried_out(parts: Parts, task: Task) -> Task:
    """Return `task` with what its command comes to as its answer; without a command as it is.

    It may be repeated: what was cancelled once counts, and what came after the command stays.
    """
    do = None if task.command is None or task.answer else _COMMANDS.get(task.command)
    return task if do is None else replace(task, answer=do(parts, task))


def _status(parts: Parts, task: Task) -> str:
    everywhere = task.address.conversation_kind is ConversationKind.SINGLE
    tasks = list(_open_tasks(parts, task, everywhere=everywhere))
    if not tasks:
        return texts.no_open_tasks()
    lines = [_line(parts, one, task.received_at) for one in tasks[:_MOST_LISTED]]
    return texts.open_tasks(len(tasks), lines)


def _line(parts: Parts, task: Task, now: float) -> str:
    outcomes = parts.store.outcomes(task.id, len(task.attachments))
    names = [neutralise_line(attachment.name) for attachment in task.attachments if attachment.name]
    named = task.prompt is not None and not task.candidates and not task.inherits
    kind = neutralise_line(task.prompt.title) if task.prompt and named else ""
    return texts.open_task(
        what=texts.what_is_read(names[0] if names else "", len(task.attachments), kind),
        seconds=max(0.0, now - task.received_at),
        ahead=max(0, (parts.store.place(task.id) or 1) - 1),
        read=sum(outcome is not None for outcome in outcomes),
        files=len(task.attachments),
    )


def _open_tasks(parts: Parts, task: Task, *, everywhere: bool) -> Iterator[Task]:
    """Yield the person's tasks that have no answer, in this conversation or everywhere, none later than `task`."""
    for task_id, _ in parts.store.past.open_of(task.address.person):
        found = _task(parts, task_id)
        if found is None or found.received_at > task.received_at:
            continue
        if everywhere or found.address.conversation_id == task.address.conversation_id:
            yield found


def _task(parts: Parts, task_id: str) -> Task | None:
    try:
        return parts.store.task(task_id)
    except Undecodable:  # the sweeper and its own steps see to it
        return None


def _cancel(parts: Parts, task: Task) -> str:
    meant = _to_cancel(parts, task)
    if meant is None:
        return texts.cancel_which()
    busy = sum(not _ended(parts, one, task.id) for one in meant)
    parts.pass_on(task.address.conversation_id)
    return texts.cancelled(parts.store.cancelled_by(task.id), busy, quoted=bool(task.refers))


def _to_cancel(parts: Parts, task: Task) -> list[Task] | None:
    """Return what is to be cancelled: the quoted task where that is the person's own, without a quote all of theirs.

    None where a receipt is quoted, which names no task, and it may be for any of several.
    """
    if not task.refers or NAMELESS in task.refers:
        own = list(_open_tasks(parts, task, everywhere=False))
        return None if task.refers and len(own) > 1 else own
    found = _task(parts, parts.store.past.meant(task.id))
    return [found] if found is not None and found.address.person == task.address.person else []


def _ended(parts: Parts, task: Task, command_id: str) -> bool:
    """Close a task so that nothing is sent for it any more; False where it is being sent at this moment."""
    lease = answering_lease(parts.store, task.id)
    if not lease.hold():
        return False
    try:
        current = _task(parts, task.id)
        if current is not None:
            parts.cancel(current, command_id)
    finally:
        lease.release()
    return True


def _statistics(parts: Parts, _: Task) -> str:
    now = parts.clock()
    periods = [parts.store.tallies.recent(now, days) for days in (1, _WEEK)]
    said = [
        texts.statistics_period(
            messages=period.messages,
            kinds=[(neutralise_line(name), count) for name, count in period.kinds.items()],
            failures=[*period.failures.items()],
            cancelled=period.cancelled,
            mean=period.mean,
            slowest=period.slowest,
        )
        for period in periods
    ]
    return texts.statistics(today=said[0], week=said[1], waiting=parts.store.waiting())


_COMMANDS: Mapping[Command, Callable[[Parts, Task], str]] = {
    Command.STATUS: _status,
    Command.CANCEL: _cancel,
    Command.STATISTICS: _statistics,
}
