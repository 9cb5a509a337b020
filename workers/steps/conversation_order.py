"""Keeping the answers of a conversation in the order of its messages."""

from dataclasses import dataclass

from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOrder:
    """Lets other answers overtake a slow task, and enqueues the next answer of a conversation."""

    store: Store
    queue: TaskQueue

    def step_aside(self, task: Task) -> None:
        """Let later answers overtake this task, because it takes long; its own is sent as soon as it is ready."""
        self.step_aside_from(task.conversation_id, task.id)

    def step_aside_from(self, conversation_id: str, task_id: str) -> None:
        """Let later answers of a conversation overtake the task of this id."""
        if self.store.answer_order.leave(task_id, conversation_id):
            self.send_next(conversation_id)

    def send_next(self, conversation_id: str) -> None:
        """Enqueue the next reply of a conversation if it is ready."""
        turn = self.store.answer_order.next(conversation_id)
        if turn.task_id:
            self.queue.answer(turn.task_id, self.store.next_generation(turn.task_id))
