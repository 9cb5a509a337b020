"""The `reply` step: what is not sent yet of an answer goes out, once, and the task is closed."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bot.domain.document import Document, Failure, Outcome
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable
from bot.domain.receipt import Ending
from bot.domain.task import READ_SECONDS, Task
from bot.domain.texts import chat as texts
from bot.storage.ledger import LOOK_SECONDS
from bot.storage.queue import again
from workers.steps import commands, follow_up
from workers.steps.delivery import Delivery
from workers.steps.lease import Lease, Taken, answering_lease, await_receipt
from workers.steps.parts import Parts

_PAUSES = (0.05, 0.1, 0.25)  # seconds: most of those who hold it have it for less
_TAKEN_SECONDS = 5.0
_MOST_IN_A_ROW = 20  # answers that one step sends

_log = structlog.get_logger("ocrbot.steps")


def reply(parts: Parts, task_id: str) -> Any:
    """Send what is not sent yet of the answer when its turn has come, then the answers that waited for it.

    One that must wait ends here: whoever answers what is before it sends it too.
    """
    task = parts.store.task(task_id)
    if task is None:
        return None
    turn = parts.store.turns.ready(task_id)
    if not turn.task_id:
        parts.store.look_again(task_id, at=parts.clock() + min(turn.wait, LOOK_SECONDS))
        return None
    if turn.task_id != task_id:  # whose own step is about to send it, or was killed
        _send_those_that_waited(parts, task.address.conversation_id)
        return None
    trouble = _answer(parts, task_id, _PAUSES)
    if isinstance(trouble, Taken):
        return again(_TAKEN_SECONDS)
    if trouble is not None:
        return parts.later(task, [trouble])
    _send_those_that_waited(parts, task.address.conversation_id)
    return None


def _send_those_that_waited(parts: Parts, conversation_id: str) -> None:
    """Send the answers that are ready, in their order; one that cannot be sent is left to its own step."""
    for _ in range(_MOST_IN_A_ROW):
        turn = parts.store.turns.next(conversation_id)
        if not turn.task_id:
            return
        trouble = _answer(parts, turn.task_id)
        if isinstance(trouble, Taken):
            return  # who has it goes on with the next
        if trouble is not None:
            parts.store.turns.leave(turn.task_id)
            parts.queue.answer(turn.task_id, parts.store.next_generation(turn.task_id))
    parts.pass_on(conversation_id)


def _answer(parts: Parts, task_id: str, pauses: Sequence[float] = ()) -> OcrbotError | None:
    """Send what is not sent yet of the answer and close the task; return what puts it off, None when it is over.

    `pauses` are the seconds to wait for one who speaks for the task at the moment.
    """
    lease = answering_lease(parts.store, task_id)
    if not lease.hold() and not any(_after(pause, lease.hold) for pause in pauses):
        return Taken("another worker speaks for this task")
    with lease.kept():
        return _answer_alone(parts, task_id, lease)


def _answer_alone(parts: Parts, task_id: str, lease: Lease) -> OcrbotError | None:
    task: Task | None = None
    try:
        await_receipt(parts.store, task_id)
        task = parts.store.task(task_id)  # it may have been closed while another had the lease
        if task is None:
            return None
        task = commands.carried_out(parts, follow_up.unresolved(task, parts.clock()))
        outcomes = _outcomes(parts, task)
        progress = parts.store.progress(task_id)
        Delivery(parts=parts, task=task, outcomes=outcomes, progress=progress, hold=lease.hold).run()
        answered = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Document)]
        parts.store.firsts.confirm(task, answered)
        _close(parts, task, outcomes)
    except (Unavailable, Misconfigured) as error:
        return error
    except OcrbotError as error:
        _log.error("answer undeliverable", task=task_id, error=str(error))
        if task is None:
            parts.store.close(task_id, 0)
        else:
            parts.close(task, [Failure(reason="undeliverable", text="")])
    return None


def _after(seconds: float, do: Callable[[], bool]) -> bool:
    time.sleep(seconds)
    return do()


def _close(parts: Parts, task: Task, outcomes: Sequence[Outcome]) -> None:
    parts.close(task, outcomes)
    _log.info("task answered", task=task.id, seconds=round(parts.clock() - task.received_at, 2))


def apologise(parts: Parts, task_id: str) -> Any:
    """Send one honest sentence in place of an answer, or the rest of one, that could not be composed."""
    task = parts.store.task(task_id)
    if task is not None:
        begun = parts.store.progress(task_id).sent > 0
        said = texts.rest_failed(task_id) if begun else texts.bug(task_id)
        parts.outbox.send(task.address, texts.bug_title(), said, mention=True, task_id=task_id)
        parts.store.receipts.settle(task_id, Ending(text=said, failed=True))
        parts.close(task, [Failure(reason="bug", text="")])
        parts.pass_on(task.address.conversation_id)


def _outcomes(parts: Parts, task: Task) -> list[Outcome]:
    if task.answer:
        return []
    late = parts.clock() >= task.received_at + READ_SECONDS
    gone = Failure(
        reason="late" if late else "interrupted", text=(texts.too_late if late else texts.interrupted)(task.id)
    )
    outcomes = parts.store.outcomes(task.id, len(task.attachments))
    return [outcome or gone for outcome in outcomes]
