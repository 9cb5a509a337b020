"""What a step does after an error: run again later, or give up with a sentence for the person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain import texts
from bot.domain.document import Failure
from bot.domain.errors import OcrbotError, Refused, Unavailable
from bot.domain.task import READ_SECONDS, Task
from bot.storage.queue import again
from workers.steps.conversation_order import ConversationOrder

_ADMIN_PAUSE = 60.0  # seconds until it is checked whether an admin has corrected the configuration
_LONGEST_PAUSE = 30.0  # seconds

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """Decides whether and when a step runs again; `clock` gives Unix seconds."""

    order: ConversationOrder
    clock: Callable[[], float]

    def failure(self, task: Task, error: OcrbotError) -> Failure | None:
        """Return the failure to report to the person, None while there is time to try again."""
        if isinstance(error, Refused):
            return Failure(reason=error.reason, text=error.text)
        if self.clock() < task.received_at + READ_SECONDS:
            return None
        return Failure(reason="late", text=texts.failures.too_late(task.id))

    def put_off(self, task: Task, errors: Iterable[OcrbotError]) -> Any:
        """Return RQ's request to run the step again after the longest pause that any of the errors needs.

        Answers that wait for this task's answer are sent before it.
        """
        age = self.clock() - task.received_at
        pauses = [_pause(error, age) for error in errors]
        self.order.step_aside(task)
        return again(max(pauses))


def _pause(error: OcrbotError, age: float) -> float:
    """Return the seconds to wait: those that the error asks for, else longer for an older task."""
    _log.warning("step put off", error=str(error), kind=type(error).__name__)
    requested = error.retry_after if isinstance(error, Unavailable) else _ADMIN_PAUSE
    return requested if requested is not None else min(max(1.0, age / 3), _LONGEST_PAUSE)
