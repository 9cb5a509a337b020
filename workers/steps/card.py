"""The card of a task: it shows progress, then the answer, and is always ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain import texts
from bot.domain.document import Document, Outcome
from bot.domain.errors import CardRefused, OcrbotError, Unavailable
from bot.domain.outbox import Card, CardMaker
from bot.domain.prompt import Output
from bot.domain.receipt import Ending, Receipt, SentReceipt, cut_to_card, fits_card
from bot.domain.replying.disclosure import disclosed_text
from bot.domain.replying.escape_markdown import neutralise
from bot.domain.replying.reply import Reply
from bot.domain.task import Read, Task
from bot.storage.receipts import GivenReceipt, Receipts
from bot.storage.store import Store

_TRIES = 3  # to show an answer in its card before it is sent as a message
_STREAMING = "streaming"
_PAGE_BYTES = 900  # of the last page read: about as much as one streaming call should carry

_log = structlog.get_logger("ocrbot.cards")

ChangeCard = Callable[[SentReceipt, str], None]
"""Called with the receipt whose card is to show a text as its progress."""


def card_of(note: SentReceipt) -> Card:
    """Return the card of a receipt."""
    return Card(
        track_id=note.track_id, template=note.rules.card_template, key=note.rules.card_key, recipient=note.recipient
    )


def end_receipt(receipts: Receipts, note: SentReceipt) -> None:
    """Drop the card or reaction of a receipt; the record that a receipt was given stays."""
    receipts.forget_progress(note.task_id)
    receipts.replace(SentReceipt(task_id=note.task_id, mode=Receipt.TEXT, recipient=note.recipient, rules=note.rules))
    receipts.drop(note.task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCard:
    """Shows the answer in the card of its task."""

    receipts: Receipts
    cards: CardMaker

    def takes(self, task: Task) -> bool:
        """Return whether the task has a card that takes its answer or has taken it."""
        given = self.receipts.given(task.id) if task.receipt.mode is Receipt.CARD else None
        return given is not None and _takes_answer(given)

    def show(self, task: Task, reply: Reply, outcomes: Sequence[Outcome]) -> bool:
        """Show the answer in the task's card; return whether it is shown there, by this or an earlier try.

        A card that cannot hold the answer announces that it follows. Raises `Unavailable` if another try is worthwhile.
        """
        given = self.receipts.given(task.id) if task.receipt.mode is Receipt.CARD else None
        if given is None or not _takes_answer(given):
            return False
        if given.note.mode is not Receipt.CARD:
            return given.ending is not None  # already shown: only the files are sent again
        if len(reply.parts) != 1 or not fits_card(reply.parts[0], self.cards.most_bytes):
            self.receipts.set_ending(task.id, Ending(text=texts.waiting.card_answer_follows()))
            return False
        failed = bool(outcomes) and not any(isinstance(outcome, Document) for outcome in outcomes)
        return self._finish(given.note, Ending(text=reply.parts[0], failed=failed, is_answer=True))

    def _finish(self, note: SentReceipt, ending: Ending) -> bool:
        # Stored first, so that after a crash the card is ended with the answer and not with a failure.
        self.receipts.set_ending(note.task_id, ending)
        try:
            self.cards.finish(card_of(note), ending.text, failed=ending.failed)
        except Unavailable:
            if self.receipts.count_failure(note.task_id, "answer") < _TRIES:
                raise
            _log.warning("the card is left alone, the answer goes as a message", task=note.task_id)
        except CardRefused as error:
            _log.warning("the card was refused, the answer goes as a message", task=note.task_id, error=str(error))
        else:
            end_receipt(self.receipts, note)
            return True
        self.receipts.set_ending(note.task_id, Ending(text=texts.waiting.card_answer_follows()))
        return False


def _takes_answer(given: GivenReceipt) -> bool:
    """Return whether the card is open or was ended with the answer."""
    return given.ending is None or given.ending.is_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CardProgress:
    """Shows the progress of reading in the card of a task, by giving `change` its receipt and a text."""

    store: Store
    change: ChangeCard

    def show(self, task: Task, *, page: str = "", pages: tuple[int, int] = (0, 0)) -> None:
        """Show progress in the task's card, if it has one; `pages` are those read and the total of one file.

        `page` is the text of the last page read, if the file has several.
        """
        if task.receipt.mode is not Receipt.CARD or (page and pages[1] == 1):
            return
        given = self.store.receipts.given(task.id)
        if given is None or given.note.mode is not Receipt.CARD or given.ending is not None:
            return
        outcomes = self.store.outcomes(task.id, len(task.attachments))
        if None not in outcomes:
            return  # the answer is about to come
        self.change(given.note, _progress_text(task, outcomes, page, pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChanges:
    """Changes the text of open cards; `clock` gives Unix seconds."""

    receipts: Receipts
    cards: CardMaker
    clock: Callable[[], float]

    def show(self, note: SentReceipt, text: str) -> None:
        """Show a text in the card of a receipt; nothing if its last change is too recent, or no calls are left."""
        card, now = card_of(note), self.clock()
        if self.receipts.is_refused(_STREAMING):
            return
        if not self.cards.may_change(card) or not self.receipts.spend(1, most=note.rules.card_calls, now=now):
            return
        try:
            self.cards.show(card, cut_to_card(text, self.cards.most_bytes), f"{note.track_id}-{round(now * 1000)}")
        except CardRefused as error:
            if self.receipts.mark_refused(_STREAMING):
                _log.warning("cards show no progress: DingTalk refuses it", error=str(error))
        except OcrbotError as error:  # only progress: the answer comes anyway
            _log.info("card not updated", task=note.task_id, error=str(error))


def _progress_text(task: Task, outcomes: Sequence[Outcome | None], page: str, pages: tuple[int, int]) -> str:
    done = sum(outcome is not None for outcome in outcomes)
    head = texts.waiting.card_progress(files=(done, len(outcomes)), pages=pages)
    if not page or not _answers_with_text(task.to_read):
        return head
    words = disclosed_text(page, task.to_read.prompt) if task.to_read.masked else page
    beginning = words.encode()[:_PAGE_BYTES].decode(errors="ignore")
    more = "…" if len(beginning) < len(words) else ""
    return f"{head}\n\n{neutralise(beginning)}{more}"


def _answers_with_text(read: Read) -> bool:
    """Return whether the answer will be the text itself; otherwise the text of a page is of little use."""
    return not read.candidates and read.prompt.output is not Output.FIELDS
