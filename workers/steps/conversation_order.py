"""Keeping the answers of one conversation in their order."""

from dataclasses import dataclass

from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOrder:
    """Let a slow task step aside, and have the answer sent that goes next."""

    store: Store
    queue: TaskQueue

    def step_aside(self, task: Task) -> None:
        """Let the answers that wait for this task's go first: it takes long. Its own goes as soon as it is ready."""
        if self.store.answer_order.leave(task.id):
            self.send_next(task.recipient.conversation_id)

    def send_next(self, conversation_id: str) -> None:
        """Enqueue the reply that goes next in a conversation, if it only waits for that."""
        turn = self.store.answer_order.next(conversation_id)
        if turn.task_id:
            self.queue.answer(turn.task_id, self.store.next_generation(turn.task_id))
