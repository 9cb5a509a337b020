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
        if self.store.answer_order.leave(task.id, task.recipient.conversation_id):
            self.send_next(task.recipient.conversation_id)

    def send_next(self, conversation_id: str) -> None:
        """Enqueue the next reply of a conversation if it is ready."""
        turn = self.store.answer_order.next(conversation_id)
        if turn.task_id:
            self.queue.answer(turn.task_id, self.store.next_generation(turn.task_id))
