"""The `notice` step: word that an answer takes longer, and an end to the card or the reaction that gave it."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.dingtalk.cards import CALLS, CardRefused
from bot.dingtalk.reactions import ReactionRefused
from bot.domain.errors import OcrbotError, Unavailable, Undecodable, Unsure
from bot.domain.message import ConversationKind
from bot.domain.receipt import Ending, Note, Receipt, expected_seconds, rounded
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from bot.storage.receipts import Noted
from workers.steps.card import card_of, over
from workers.steps.lease import answering_lease, noticing_lease
from workers.steps.parts import Parts
from workers.steps.ports import ReceiptPorts

_TEND_SECONDS = 30.0  # how often an open task's card is looked at; its end is told of at once
_SENDING_SECONDS = 5.0
_AWAY_SECONDS = 20.0
_LONGEST_PAUSE = 600.0
_TRIES = 160  # to end a card, ever further apart: a day in which DingTalk may be away

_log = structlog.get_logger("ocrbot.notices")


def notice(parts: Parts, task_id: str) -> None:
    """Look at a task that is due: it gets its receipt, or what it was given is brought to an end."""
    if parts.desk is None:
        return
    noted, task = parts.store.receipts.noted(task_id), _task(parts, task_id)
    if noted is not None:
        _tend(parts, parts.desk, noted, is_open=task is not None)
    elif task is None:
        parts.store.receipts.drop(task_id)
    else:
        _give(parts, parts.desk, task)


def _task(parts: Parts, task_id: str) -> Task | None:
    try:
        return parts.store.task(task_id)
    except Undecodable:  # the sweeper sees to it
        return None


def put_off(parts: Parts, task_id: str) -> None:
    """Look again when an operator has had time: what failed for a reason of ours fails again."""
    parts.store.receipts.look(task_id, at=parts.clock() + _LONGEST_PAUSE)


def hasten(parts: Parts, task: Task) -> None:
    """Have a task looked at now when it will take longer than its receipt waits anyway."""
    if task.receipt.mode is Receipt.OFF:
        return
    seconds = _expected(parts, task)
    if seconds is not None and seconds > task.receipt.after_seconds:
        parts.store.receipts.look(task.id, at=parts.clock())


def _give(parts: Parts, desk: ReceiptPorts, task: Task) -> None:
    """Give the receipt, once and never after the answer: either this or the answer is seen by the other first."""
    lease = noticing_lease(parts.store, task.id)
    if not lease.hold():
        return
    try:
        if not _is_unanswered(parts, task.id):
            parts.store.receipts.look(task.id, at=parts.clock() + _SENDING_SECONDS)
            return
        note = Note(task_id=task.id, mode=_mode(parts, task), address=task.address, rules=task.receipt)
        if parts.store.receipts.begin(note):
            _GIVE[note.mode](parts, desk, task, note)
    finally:
        lease.release()


def _is_unanswered(parts: Parts, task_id: str) -> bool:
    """Tell whether the answer is neither sent nor being sent."""
    return not answering_lease(parts.store, task_id).is_held() and parts.store.task(task_id) is not None


def _mode(parts: Parts, task: Task) -> Receipt:
    """Return how word is given: as text where the wanted way is closed for now."""
    mode = task.receipt.mode
    if mode is Receipt.TEXT or parts.store.receipts.refused(mode):
        return Receipt.TEXT
    if mode is Receipt.REACTION:
        return mode if task.address.message_id else Receipt.TEXT
    if not task.address.reachable:
        return Receipt.TEXT
    # What it takes to end the card is taken with it, so that no budget leaves one open.
    room = parts.store.receipts.spend(CALLS, most=task.receipt.card_calls, now=parts.clock())
    if not room:
        _log.warning("the month's calls for cards are used up", task=task.id)
    return mode if room else Receipt.TEXT


def _tell(parts: Parts, desk: ReceiptPorts, task: Task, note: Note) -> None:
    parts.store.receipts.drop(task.id)
    try:
        went = desk.tell(task.address, texts.receipt_title(), _words(parts, task))
    except OcrbotError as error:
        _log.info("receipt left out", task=note.task_id, error=str(error))
    else:
        _log.info("receipt sent" if went else "receipt left out: answers need the room", task=note.task_id)


def _make_card(parts: Parts, desk: ReceiptPorts, task: Task, note: Note) -> None:
    text = _words(parts, task)
    try:
        keys = desk.cards.create(card_of(note), text, summary=texts.receipt_title())
    except CardRefused as error:
        _fall_back(parts, desk, task, note, error)
    except Unsure as error:
        _log.warning("the card may be there", task=task.id, error=str(error))
        parts.store.receipts.look(task.id, at=parts.clock() + _TEND_SECONDS)
    except Unavailable as error:
        _log.info("receipt left out", task=task.id, error=str(error))
        over(parts, note)
    else:
        for key in keys:
            parts.store.past.remember_sent(key, task.id)
        parts.store.receipts.look(task.id, at=parts.clock() + _TEND_SECONDS)
        _log.info("card made", task=task.id)


def _put_reaction(parts: Parts, desk: ReceiptPorts, task: Task, note: Note) -> None:
    try:
        desk.react(task.address, texts.receipt_reaction())
    except ReactionRefused as error:
        _fall_back(parts, desk, task, note, error)
    except Unavailable as error:  # it may be there all the same, and is taken away in the end
        _log.info("receipt left out", task=task.id, error=str(error))
        parts.store.receipts.look(task.id, at=parts.clock() + _TEND_SECONDS)
    else:
        parts.store.receipts.look(task.id, at=parts.clock() + _TEND_SECONDS)
        _log.info("reaction put", task=task.id)


def _fall_back(parts: Parts, desk: ReceiptPorts, task: Task, note: Note, error: OcrbotError) -> None:
    """Tell in words instead, and go on doing so for a while; the log says so once."""
    if parts.store.receipts.refuse(note.mode):
        _log.warning("receipts go as text: DingTalk refuses the other way", mode=note.mode.value, error=str(error))
    told = replace(note, mode=Receipt.TEXT)
    parts.store.receipts.become(told)
    _tell(parts, desk, task, told)


_GIVE: dict[Receipt, Callable[[Parts, ReceiptPorts, Task, Note], None]] = {
    Receipt.TEXT: _tell,
    Receipt.CARD: _make_card,
    Receipt.REACTION: _put_reaction,
}


def _tend(parts: Parts, desk: ReceiptPorts, noted: Noted, *, is_open: bool) -> None:
    """End what was given to a task that is over."""
    note = noted.note
    if note.mode is Receipt.TEXT:
        parts.store.receipts.drop(note.task_id)
        return
    if is_open:
        parts.store.receipts.look(note.task_id, at=parts.clock() + _TEND_SECONDS)
        return
    try:
        if note.mode is Receipt.CARD:
            ending = noted.ending or Ending(text=texts.card_ended(), failed=True)
            desk.cards.finish(card_of(note), ending.text, failed=ending.failed)
        else:
            desk.react(note.address, texts.receipt_reaction(), gone=True)
    except Unavailable as error:
        failures = parts.store.receipts.failed(note.task_id, "end")
        if failures < _TRIES:
            _log.info("not ended yet", task=note.task_id, mode=note.mode.value, error=str(error))
            pause = min(failures * _AWAY_SECONDS, _LONGEST_PAUSE)
            parts.store.receipts.look(note.task_id, at=parts.clock() + pause)
            return
        _log.error("never ended", task=note.task_id, mode=note.mode.value, error=str(error))
    except OcrbotError as error:
        _log.warning("cannot be ended", task=note.task_id, mode=note.mode.value, error=str(error))
    over(parts, note)


def _words(parts: Parts, task: Task) -> str:
    """Say that the message came, whose it is in a group, what is before it and about how long that takes."""
    in_group = task.address.conversation_kind is ConversationKind.GROUP
    seconds = _expected(parts, task)
    return texts.receipt(
        nick=neutralise_line(task.address.nick) if in_group else "",
        ahead=max(0, (parts.store.place(task.id) or 1) - 1),
        seconds=rounded(seconds) if seconds is not None else None,
    )


def _expected(parts: Parts, task: Task) -> float | None:
    """Return about how many seconds it takes to read what is not read; None where that is nothing, or not known."""
    measured = parts.store.receipts.pace(parts.engine.name)
    if not measured:
        return None
    outcomes = parts.store.outcomes(task.id, len(task.attachments))
    still = [index for index, outcome in enumerate(outcomes) if outcome is None]
    if not still:
        return None
    files = parts.queue.files_before_end(task.id, parts.store.progress(task.id).generation, still)
    return expected_seconds(files, parts.queue.readers(), measured)
