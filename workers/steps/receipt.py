"""The `notice` step: give a receipt if an answer takes long, and later end its card or remove its reaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.domain import texts
from bot.domain.asking.burst import FILES_AFTER_SECONDS
from bot.domain.errors import CardRefused, OcrbotError, ReactionRefused, Unavailable, Undecodable, Unsure
from bot.domain.message import ConversationKind
from bot.domain.outbox import CardMaker, Reactions, ShortMessages
from bot.domain.receipt import Ending, Receipt, SentReceipt, rounded
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import BurstPart, Task
from bot.storage.receipts import GivenReceipt
from bot.storage.store import Store
from workers.steps.burst import Burst
from workers.steps.card import ChangeCard, card_of, end_receipt
from workers.steps.lease import answering_lease, noticing_lease
from workers.steps.waiting_time import WaitingTime

_TEND_SECONDS = 30.0  # between two looks at an open task's receipt; closing the task ends it at once
_SENDING_SECONDS = 5.0
_ROOM_SECONDS = 5.0  # until a receipt that found no room is tried again
_RETRY_SECONDS = 20.0  # more after each failure
_LONGEST_PAUSE = 600.0
_TRIES = 160  # to end a receipt, ever further apart: enough for a day without DingTalk

_log = structlog.get_logger("ocrbot.notices")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """Gives tasks their receipts and ends them; `clock` gives Unix seconds."""

    store: Store
    cards: CardMaker
    short_messages: ShortMessages
    reactions: Reactions
    waiting_time: WaitingTime
    burst: Burst
    show_progress: ChangeCard
    clock: Callable[[], float]

    def run(self, task_id: str) -> None:
        """Give a task that is due its receipt, or tend the one that it was given: show progress, end it."""
        given, task = self.store.receipts.given(task_id), self._task(task_id)
        if given is not None:
            self._tend(given, is_open=task is not None)
        elif task is None:
            self.store.receipts.drop(task_id)
        else:
            self._give(task)

    def put_off(self, task_id: str) -> None:
        """Look again after a long pause: a bug needs an operator and would fail again at once."""
        self._look(task_id, _LONGEST_PAUSE)

    def _task(self, task_id: str) -> Task | None:
        try:
            return self.store.task(task_id)
        except Undecodable:  # left to the sweeper
            return None

    def _look(self, task_id: str, after: float) -> None:
        """Schedule another look at a task after so many seconds."""
        self.store.receipts.schedule_check(task_id, at=self.clock() + after)

    # -- giving a receipt

    def _give(self, task: Task) -> None:
        """Give the receipt once and never after the answer: each of the two checks for the other before it starts."""
        if task.burst_part is BurstPart.WORDS and self.clock() < task.received_at + FILES_AFTER_SECONDS:
            self._look(task.id, FILES_AFTER_SECONDS)  # most are answered once no files have followed
            return
        if self._is_given_with_another(task):
            self._look(task.id, _TEND_SECONDS)
            return
        lease = noticing_lease(self.store, task.id)
        if not lease.hold():
            return
        try:
            if not self._is_unanswered(task.id):
                self._look(task.id, _SENDING_SECONDS)
                return
            note = SentReceipt(task_id=task.id, mode=self._mode(task), recipient=task.conversation, rules=task.receipt)
            if self.store.receipts.begin(note):
                give = {Receipt.CARD: self._make_card, Receipt.REACTION: self._put_reaction}
                give.get(note.mode, self._send_text)(task, note)
        finally:
            lease.release()

    def _is_given_with_another(self, task: Task) -> bool:
        """Return whether the one answer to files and the words about them has a receipt, or will have, elsewhere.

        Words give it, unless their files were given one before.
        """
        if task.burst_part is BurstPart.FILES:
            return self.burst.waits_for_words(task)
        return any(self.store.receipts.given(files.id) is not None for files in self.burst.covered(task))

    def _is_unanswered(self, task_id: str) -> bool:
        """Return whether the answer is neither sent nor being sent."""
        return not answering_lease(self.store, task_id).is_held() and self.store.task(task_id) is not None

    def _mode(self, task: Task) -> Receipt:
        """Return the way to give the receipt: as text if the configured way is refused or impossible for now."""
        mode = task.receipt.mode
        if mode is Receipt.TEXT or self.store.receipts.is_refused(mode):
            return Receipt.TEXT
        if mode is Receipt.REACTION:
            return mode if task.conversation.message_id else Receipt.TEXT
        if not task.conversation.reachable:
            return Receipt.TEXT
        # The calls that end the card are reserved too, so that no card stays open when the budget runs out.
        calls = self.cards.least_calls
        is_granted = self.store.receipts.spend(calls, most=task.receipt.card_calls, now=self.clock())
        if not is_granted:
            _log.warning("the month's calls for cards are used up", task=task.id)
        return mode if is_granted else Receipt.TEXT

    def _send_text(self, task: Task, note: SentReceipt) -> None:
        """Send the receipt as a short message; without room for one, put a reaction, or try again soon."""
        try:
            sent = self.short_messages.send_short(task.conversation, texts.waiting.receipt_title(), self._text(task))
        except Unsure as error:
            _log.info("the receipt may have arrived", task=note.task_id, error=str(error))
        except OcrbotError as error:
            _log.info("receipt put off", task=note.task_id, error=str(error))
            self._put_off(task)
            return
        else:
            if not sent:
                self._do_without_room(task, note)
                return
            _log.info("receipt sent", task=note.task_id)
        self.store.receipts.drop(task.id)

    def _do_without_room(self, task: Task, note: SentReceipt) -> None:
        if not task.conversation.message_id or self.store.receipts.is_refused(Receipt.REACTION):
            _log.info("receipt put off: answers need the room", task=note.task_id)
            self._put_off(task)
            return
        as_reaction = replace(note, mode=Receipt.REACTION)
        self.store.receipts.replace(as_reaction)
        self._put_reaction(task, as_reaction, otherwise=lambda _task, _note: self._put_off(task))

    def _put_off(self, task: Task) -> None:
        """Give a receipt that was not given soon, unless the answer is there by then."""
        self.store.receipts.take_back(task.id)
        self._look(task.id, _ROOM_SECONDS)

    def _make_card(self, task: Task, note: SentReceipt) -> None:
        try:
            keys = self.cards.create(card_of(note), self._text(task), summary=texts.waiting.receipt_title())
        except CardRefused as error:
            self._fall_back(task, note, error, self._send_text)
        except Unsure as error:
            _log.warning("the card may be there", task=task.id, error=str(error))
            self._look(task.id, _TEND_SECONDS)
        except Unavailable as error:
            _log.info("no card for now", task=task.id, error=str(error))
            as_text = replace(note, mode=Receipt.TEXT)
            self.store.receipts.replace(as_text)
            self._send_text(task, as_text)
        else:
            for key in keys:
                self.store.earlier_tasks.remember_sent(key, task.id)
            self._look(task.id, _TEND_SECONDS)
            _log.info("card made", task=task.id)

    def _put_reaction(
        self, task: Task, note: SentReceipt, otherwise: Callable[[Task, SentReceipt], None] | None = None
    ) -> None:
        """Put the reaction; where DingTalk refuses it, do `otherwise`, by default send the receipt as text."""
        try:
            self.reactions.put(task.conversation, texts.waiting.receipt_reaction())
        except ReactionRefused as error:
            self._fall_back(task, note, error, otherwise or self._send_text)
        except Unavailable as error:  # it may be there nevertheless, and is removed in the end
            _log.info("receipt left out", task=task.id, error=str(error))
            self._look(task.id, _TEND_SECONDS)
        else:
            self._look(task.id, _TEND_SECONDS)
            _log.info("reaction put", task=task.id)

    def _fall_back(
        self, task: Task, note: SentReceipt, error: OcrbotError, give: Callable[[Task, SentReceipt], None]
    ) -> None:
        """Give the receipt by another way, as all others for a while; this is logged once."""
        if self.store.receipts.mark_refused(note.mode):
            _log.warning("receipts go as text: DingTalk refuses the other way", mode=note.mode.value, error=str(error))
        as_text = replace(note, mode=Receipt.TEXT)
        self.store.receipts.replace(as_text)
        give(task, as_text)

    def _text(self, task: Task) -> str:
        """Return the text of the receipt: in a group for whom, how many are ahead, and about how long it takes."""
        in_group = task.conversation.conversation_kind is ConversationKind.GROUP
        seconds = self.waiting_time.expected(task)
        return texts.waiting.receipt(
            nick=neutralise_line(task.conversation.nick) if in_group else "",
            ahead=max(0, (self.store.place(task.id) or 1) - 1),
            seconds=rounded(seconds) if seconds is not None else None,
        )

    # -- ending it

    def _tend(self, given: GivenReceipt, *, is_open: bool) -> None:
        """End the receipt of a closed task; look again later at one of an open task."""
        note = given.note
        if note.mode is Receipt.TEXT:
            self.store.receipts.drop(note.task_id)
            return
        if is_open:
            self._look(note.task_id, _TEND_SECONDS)
            self._show_left(given)
            return
        try:
            self._end(given)
        except Unavailable as error:
            failures = self.store.receipts.count_failure(note.task_id, "end")
            if failures < _TRIES:
                _log.info("not ended yet", task=note.task_id, mode=note.mode.value, error=str(error))
                self._look(note.task_id, min(failures * _RETRY_SECONDS, _LONGEST_PAUSE))
                return
            _log.error("never ended", task=note.task_id, mode=note.mode.value, error=str(error))
        except OcrbotError as error:
            _log.warning("cannot be ended", task=note.task_id, mode=note.mode.value, error=str(error))
            self._end_otherwise(note)
        end_receipt(self.store.receipts, note)

    def _show_left(self, given: GivenReceipt) -> None:
        """Show what a worker without DingTalk's secret has left for the card."""
        if given.progress and given.ending is None and given.note.mode is Receipt.CARD:
            self.store.receipts.forget_progress(given.note.task_id)
            self.show_progress(given.note, given.progress)

    def _end_otherwise(self, note: SentReceipt) -> None:
        """Put a reaction that says it is over beside one that cannot be removed, and give no more of them for now."""
        if note.mode is not Receipt.REACTION:
            return
        self.store.receipts.mark_refused(Receipt.REACTION)
        try:
            self.reactions.put(note.recipient, texts.waiting.ended_reaction())
        except OcrbotError as error:
            _log.info("not said to be over", task=note.task_id, error=str(error))

    def _end(self, given: GivenReceipt) -> None:
        note = given.note
        if note.mode is Receipt.CARD:
            ending = given.ending or Ending(text=texts.waiting.card_ended(), failed=True)
            self.cards.finish(card_of(note), ending.text, failed=ending.failed)
        else:
            self.reactions.remove(note.recipient, texts.waiting.receipt_reaction())
