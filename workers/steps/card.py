"""The card of a task: it shows the pages as they come, then the answer, and it is always brought to an end."""

from collections.abc import Sequence

import structlog

from bot.dingtalk.cards import Card, CardRefused
from bot.domain.document import Document, Outcome
from bot.domain.errors import OcrbotError, Unavailable
from bot.domain.prompt import Output
from bot.domain.receipt import Ending, Note, Receipt, cut_to_card, fits_card
from bot.domain.replying.disclosure import disclosed_text
from bot.domain.replying.escape_markdown import neutralise
from bot.domain.replying.reply import Reply
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from bot.storage.receipts import Noted
from workers.steps.parts import Parts
from workers.steps.ports import ReceiptPorts

_TRIES = 3  # to show an answer in its card, before it goes as a message
_STREAMING = "streaming"
_PAGE_BYTES = 900  # of the page that came last: about as much as one streaming call should bring

_log = structlog.get_logger("ocrbot.cards")


def card_of(note: Note) -> Card:
    """Return the card of a receipt."""
    return Card(
        track_id=note.track_id, template=note.rules.card_template, key=note.rules.card_key, address=note.address
    )


def answer_in_card(parts: Parts, task: Task, reply: Reply, outcomes: Sequence[Outcome]) -> bool:
    """Show the answer in the task's card, if it has one that can hold it; tell whether that was done, maybe before.

    Where the card cannot hold it, it says that the answer follows. Raises `Unavailable` while it is worth a retry.
    """
    noted = parts.store.receipts.noted(task.id) if task.receipt.mode is Receipt.CARD else None
    if parts.desk is None or noted is None or not _free(noted):
        return False
    if noted.note.mode is not Receipt.CARD:
        return noted.ending is not None  # shown, and over: only what goes with it is repeated
    if len(reply.parts) != 1 or not fits_card(reply.parts[0]):
        parts.store.receipts.settle(task.id, Ending(text=texts.card_answer_follows()))
        return False
    failed = bool(outcomes) and not any(isinstance(outcome, Document) for outcome in outcomes)
    # Written down first: whoever ends the card after a crash shows the answer again, and not that there is none.
    parts.store.receipts.settle(task.id, Ending(text=reply.parts[0], failed=failed, is_answer=True))
    try:
        parts.desk.cards.finish(card_of(noted.note), reply.parts[0], failed=failed)
    except Unavailable:
        if parts.store.receipts.failed(task.id, "answer") < _TRIES:
            raise
        _log.warning("the card is left alone, the answer goes as a message", task=task.id)
    except CardRefused as error:
        _log.warning("the card was refused, the answer goes as a message", task=task.id, error=str(error))
    else:
        over(parts, noted.note)
        return True
    parts.store.receipts.settle(task.id, Ending(text=texts.card_answer_follows()))
    return False


def _free(noted: Noted) -> bool:
    """Tell whether nothing else was settled on for the card."""
    return noted.ending is None or noted.ending.is_answer


def over(parts: Parts, note: Note) -> None:
    """Nothing hangs on this receipt any more; that it was given stays known."""
    parts.store.receipts.become(Note(task_id=note.task_id, mode=Receipt.TEXT, address=note.address, rules=note.rules))
    parts.store.receipts.drop(note.task_id)


def progress(parts: Parts, task: Task, *, page: str = "", pages: tuple[int, int] = (0, 0)) -> None:
    """Show in the task's card, if it has one, how far the reading is: `pages` of one file are read, of so many.

    `page` is the text that came last, of a file with several. Nothing is shown where the last change is too fresh or
    the calls are used up.
    """
    if parts.desk is None or task.receipt.mode is not Receipt.CARD or (page and pages[1] == 1):
        return
    noted = parts.store.receipts.noted(task.id)
    if noted is None or noted.note.mode is not Receipt.CARD or noted.ending is not None:
        return
    outcomes = parts.store.outcomes(task.id, len(task.attachments))
    if None not in outcomes:
        return  # the answer is about to come
    _show(parts, parts.desk, noted.note, _progress_text(task, outcomes, page, pages))


def _show(parts: Parts, desk: ReceiptPorts, note: Note, text: str) -> None:
    card, now = card_of(note), parts.clock()
    if parts.store.receipts.refused(_STREAMING):
        return
    if not desk.cards.may_change(card) or not parts.store.receipts.spend(1, most=note.rules.card_calls, now=now):
        return
    try:
        desk.cards.show(card, text, f"{note.track_id}-{round(now * 1000)}")
    except CardRefused as error:
        if parts.store.receipts.refuse(_STREAMING):
            _log.warning("cards show no progress: DingTalk refuses it", error=str(error))
    except OcrbotError as error:  # only a glimpse: the answer comes all the same
        _log.info("card not updated", task=note.task_id, error=str(error))


def _progress_text(task: Task, outcomes: Sequence[Outcome | None], page: str, pages: tuple[int, int]) -> str:
    done = sum(outcome is not None for outcome in outcomes)
    head = texts.card_progress(files=(done, len(outcomes)), pages=pages)
    if not page or task.prompt is None or not _shows_text(task):
        return head
    words = disclosed_text(page, task.prompt) if task.masked else page
    beginning = words.encode()[:_PAGE_BYTES].decode(errors="ignore")
    more = "…" if len(beginning) < len(words) else ""
    return cut_to_card(f"{head}\n\n{neutralise(beginning)}{more}")


def _shows_text(task: Task) -> bool:
    """Tell whether the answer will be the text itself; what fields are taken from says little on the way."""
    return task.prompt is not None and not task.candidates and task.prompt.output is not Output.FIELDS
