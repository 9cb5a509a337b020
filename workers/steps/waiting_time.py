"""How long a task is going to take."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.receipt import Receipt, expected_seconds
from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTime:
    """Estimate the wait for an answer by how fast `engine_name` read lately; `clock` gives Unix seconds."""

    store: Store
    queue: TaskQueue
    engine_name: str
    clock: Callable[[], float]

    def expected(self, task: Task) -> float | None:
        """Return about how many seconds reading the rest takes; None if nothing is left or nothing was measured."""
        measured = self.store.receipts.reading_seconds(self.engine_name)
        if not measured:
            return None
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        still = [index for index, outcome in enumerate(outcomes) if outcome is None]
        if not still:
            return None
        files = self.queue.files_before_end(task.id, self.store.progress(task.id).generation, still)
        return expected_seconds(files, self.queue.readers(), measured)

    def hasten_receipt(self, task: Task) -> None:
        """Have a task's receipt given now if the answer is going to take longer than the receipt waits."""
        if task.receipt.mode is Receipt.OFF:
            return
        seconds = self.expected(task)
        if seconds is not None and seconds > task.receipt.after_seconds:
            self.store.receipts.schedule_check(task.id, at=self.clock())
