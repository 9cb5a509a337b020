"""The `reply` step: send the parts of an answer that are not sent yet, and close the task."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog

from bot.domain import texts
from bot.domain.document import Failure, Outcome
from bot.domain.errors import Misconfigured, OcrbotError, Unavailable, Undecodable
from bot.domain.message import ApiClient, DingTalkConversation
from bot.domain.outbox import Outbox, Room
from bot.domain.receipt import Ending
from bot.domain.task import GIVE_UP_SECONDS, READ_SECONDS, Say, Task
from bot.storage.files_and_outcomes import ToAnswer
from bot.storage.ledger import CHECK_SECONDS
from bot.storage.progress import Progress
from bot.storage.queue import TaskQueue, again
from bot.storage.store import Store
from workers.steps.answers import MOST_SHARED, Answer, SharedMessage, finish
from workers.steps.burst import Burst
from workers.steps.card import AnswerCard
from workers.steps.closing import close
from workers.steps.commands import Commands
from workers.steps.conversation_order import ConversationOrder
from workers.steps.delivery import Delivery
from workers.steps.follow_ups.resolving import unresolved
from workers.steps.last_words import OTHER_VERSION_SECONDS, LastWords
from workers.steps.lease import Lease, Taken, after_receipt, answering_lease, noticing_lease
from workers.steps.outcomes import complete
from workers.steps.requests.ending import RequestEnding
from workers.steps.retrying import Retrying

_PAUSES = (0.05, 0.1, 0.25)  # seconds to wait for a lease: most holders need less
_TAKEN_SECONDS = 5.0
_MOST_IN_A_ROW = 20  # answers that one step sends

_WORDS_SECONDS = 1.0  # between two looks at whether words have answered for files
_MOMENT = 1.0  # seconds to wait here until a conversation may get another message

_log = structlog.get_logger("ocrbot.steps")


class NoRoom(Unavailable):
    """The conversation has got so many messages that the next one has to wait."""

    def __init__(self, wait: float) -> None:
        super().__init__("the conversation's messages are used up", retry_after=wait)
        self.wait = wait  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStep:
    """Sends answers; `clock` gives Unix seconds."""

    store: Store
    queue: TaskQueue
    outbox: Outbox
    card: AnswerCard
    commands: Commands
    order: ConversationOrder
    burst: Burst
    retrying: Retrying
    last_words: LastWords
    requests: RequestEnding
    clock: Callable[[], float]

    def run(self, task_id: str) -> Any:
        """Answer an open task, see `answer`."""
        try:
            task = self.store.task(task_id)
        except Undecodable:
            return self.last_words.for_unreadable(task_id)
        return None if task is None else self.answer(task)

    def answer(self, task: Task) -> Any:
        """Send the answer if it is next in its conversation, then the answers that waited for it.

        If it must wait, the step that sends the answer before it sends this one too. The task is as it was stored a
        moment ago; it may have been closed since. A request of the API is ended instead.
        """
        if isinstance(task.recipient, ApiClient):
            return self.requests.end(task)
        if self.burst.waits_for_words(task):
            self.order.step_aside(task)
            return again(_WORDS_SECONDS)
        self.burst.let_pass(task)
        turn = self.store.answer_order.ready(task.id, task.conversation_id)
        if not turn.task_id:
            self.store.schedule_check(task.id, at=self.clock() + min(turn.wait, CHECK_SECONDS))
            return None
        if turn.task_id != task.id:  # the next answer is about to be sent by its own step, or that was killed
            self._send_those_that_waited(task.conversation_id)
            return None
        return self._answer_in_turn(task)

    def _answer_in_turn(self, task: Task) -> Any:
        error = self._answer(task.id, _PAUSES)
        if isinstance(error, Taken):
            return again(_TAKEN_SECONDS)
        if isinstance(error, NoRoom):
            self._is_first_to_wait(task.conversation_id, error)
            return again(error.wait)
        if error is not None:
            return self.retrying.put_off(task, [error])
        self._send_those_that_waited(task.conversation_id)
        return None

    def run_later(self, task_id: str, seconds: float) -> None:
        """Enqueue a `reply` that runs in `seconds`."""
        self.queue.answer(task_id, self.store.progress(task_id).generation, after=seconds)

    def _send_those_that_waited(self, conversation_id: str) -> None:
        """Send the answers that are ready, in order; one that cannot be sent is left to its own step."""
        for _ in range(_MOST_IN_A_ROW):
            turn = self.store.answer_order.next(conversation_id)
            if not turn.task_id:
                return
            error = self._waits_for_words(turn.task_id) or self._answer(turn.task_id)
            if isinstance(error, Taken):
                return  # the worker that holds it goes on with the next
            if isinstance(error, NoRoom):
                if self._is_first_to_wait(conversation_id, error):
                    self.order.send_next(conversation_id)
                return
            if error is not None:
                self.store.answer_order.leave(turn.task_id, conversation_id)
                self.queue.answer(turn.task_id, self.store.next_generation(turn.task_id))
        self.order.send_next(conversation_id)

    def _waits_for_words(self, task_id: str) -> OcrbotError | None:
        try:
            task = self.store.task(task_id)
        except Undecodable as error:
            return error  # its own step waits for a worker that can read it
        waits = task is not None and self.burst.waits_for_words(task)
        return Unavailable("words that were posted with the files answer for them") if waits else None

    def _is_first_to_wait(self, conversation_id: str, no_room: NoRoom) -> bool:
        """Return whether no other step has seen to it that the next answer is sent once there is room."""
        return self.store.lease(f"room:{conversation_id}", uuid4().hex, no_room.wait)

    def _answer(self, task_id: str, pauses: Sequence[float] = ()) -> OcrbotError | None:
        """Send the rest of the answer and close the task; return the error to retry after, None if it is done.

        `pauses` are the seconds to wait, one after the other, for another worker to release the task's lease.
        """
        lease = answering_lease(self.store, task_id)
        if not lease.hold() and not any(_after(pause, lease.hold) for pause in pauses):
            return Taken("another worker speaks for this task")
        with lease.kept():
            return self._answer_alone(task_id, lease)

    def _answer_alone(self, task_id: str, lease: Lease) -> OcrbotError | None:
        task: Task | None = None
        try:
            to_answer = after_receipt(self.store, task_id)
            task = to_answer.found.task
            if task is None:  # it was closed while another had the lease
                return None
            if self.clock() >= task.received_at + GIVE_UP_SECONDS:
                self.last_words.for_old(task)
                return None
            self._deliver(self._prepared(task, to_answer, lease))
        except (Unavailable, Misconfigured) as error:
            return error
        except Undecodable as error:  # what was read of its files
            return self._wait_for_other_version(task, error)
        except OcrbotError as error:
            _log.error("answer undeliverable", task=task_id, error=str(error))
            if task is None:
                self.store.close(task_id, 0)
            else:
                close(self.store, task, [Failure(reason="undeliverable", text="")], now=self.clock())
        return None

    def _wait_for_other_version(self, task: Task | None, error: Undecodable) -> OcrbotError | None:
        """Return the error to retry after; once a task has waited too long, say so and return None."""
        if task is not None and self.clock() >= task.received_at + READ_SECONDS:
            try:
                self.last_words.for_undecodable(task)
            except OcrbotError as failed:
                return failed
            return None
        return Unavailable(f"left to another version of ocrbot: {error}", retry_after=OTHER_VERSION_SECONDS)

    def _prepared(self, task: Task, to_answer: ToAnswer, lease: Lease) -> Answer:
        answered = self.commands.carry_out(unresolved(task, self.clock()))
        outcomes = self._outcomes(answered, to_answer.outcomes)
        delivery = self._delivery(answered, outcomes, to_answer.found.progress, lease)
        return Answer(task=task, outcomes=outcomes, claimed=to_answer.claimed, delivery=delivery, lease=lease)

    def _delivery(self, task: Task, outcomes: Sequence[Outcome], progress: Progress, lease: Lease) -> Delivery:
        return Delivery(
            store=self.store,
            outbox=self.outbox,
            card=self.card,
            clock=self.clock,
            task=task,
            outcomes=outcomes,
            progress=progress,
            hold=lease.is_fresh,
        )

    def _deliver(self, answer: Answer) -> None:
        """Send an answer and finish it; where messages are scarce, with those behind it that are ready too."""
        if answer.delivery.needs_room and self._await_room(answer.task.conversation).scarce and self._share(answer):
            return
        answer.delivery.run()
        self._finish(answer)

    def _finish(self, answer: Answer) -> None:
        self.burst.close_covered(answer.task, now=self.clock())
        finish(self.store, answer, self.clock)

    def _await_room(self, recipient: DingTalkConversation) -> Room:
        """Wait until the conversation has room for a message; raises `NoRoom` if that takes more than a moment."""
        waited = 0.0
        while (room := self.outbox.take_room(recipient)).wait > 0:
            if waited + room.wait > _MOMENT:
                raise NoRoom(room.wait)
            time.sleep(room.wait)
            waited += room.wait
        return room

    def _share(self, first: Answer) -> bool:
        """Send the answer in one message with the next ones that are ready; return False if it is to go alone."""
        message = SharedMessage(store=self.store, outbox=self.outbox, answers=[], sections=[])
        row = self.store.answer_order.ready_row(first.task.conversation_id, MOST_SHARED)
        if row[:1] != [first.task.id] or not message.add(first):
            return False
        with ExitStack() as leases:
            for task_id in row[1:]:
                answer = self._leased(task_id, leases)
                if answer is None or not message.add(answer):
                    break
            if len(message.answers) == 1 or not message.send():
                return False
            for answer in message.answers:
                self._finish(answer)
        return True

    def _leased(self, task_id: str, leases: ExitStack) -> Answer | None:
        """Return another answer that may be sent now, its lease kept by `leases`; None if it has to wait."""
        lease = answering_lease(self.store, task_id)
        if not lease.hold():
            return None
        leases.enter_context(lease.kept())
        to_answer = self.store.files.to_answer(task_id, waits_for=noticing_lease(self.store, task_id).name)
        task = to_answer.found.task
        if task is None or to_answer.is_held_back or self.burst.waits_for_words(task):
            return None
        return self._prepared(task, to_answer, lease)

    def _outcomes(self, task: Task, found: Sequence[Outcome | None]) -> list[Outcome]:
        """Return an outcome for each file, none for a ready reply."""
        return [] if isinstance(task.content, Say) else complete(task, found, now=self.clock())

    def apologise(self, task_id: str) -> Any:
        """Send one sentence instead of an answer, or the rest of one, that cannot be composed because of a bug."""
        task = self.store.task(task_id)
        if task is None:
            return None
        if isinstance(task.recipient, ApiClient):
            self.requests.fail(task, "bug", texts.failures.bug(task_id))
            return None
        lease = answering_lease(self.store, task_id)
        if not lease.hold():
            return again(_TAKEN_SECONDS)
        with lease.kept():
            error = self._apologise_alone(task, lease)
        if error is not None:
            return self.retrying.put_off(task, [error])
        self.order.send_next(task.conversation_id)
        return None

    def _apologise_alone(self, task: Task, lease: Lease) -> OcrbotError | None:
        """Send the sentence and close the task; return the error to retry after, None if it is done."""
        progress = self.store.progress(task.id)
        sentence = (texts.attachments.rest_failed if progress.sent else texts.failures.bug)(task.id)
        try:
            self._delivery(task, (), progress, lease).end_with(texts.failures.bug_title(), sentence)
        except (Unavailable, Misconfigured) as error:
            return error
        except OcrbotError as error:
            _log.error("answer undeliverable", task=task.id, error=str(error))
        self.store.receipts.set_ending(task.id, Ending(text=sentence, failed=True))
        close(self.store, task, [Failure(reason="bug", text="")], now=self.clock())
        return None


def _after(seconds: float, do: Callable[[], bool]) -> bool:
    time.sleep(seconds)
    return do()
