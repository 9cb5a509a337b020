"""Building the steps from the store, the queue, the reader and the outgoing interfaces."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.outbox import CardMaker, Download, Outbox, Reactions, ShortMessages
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.tracing import NO_TRACING, Tracing
from workers.readers.base import FileReader
from workers.steps.burst import Burst
from workers.steps.card import AnswerCard, CardProgress
from workers.steps.commands import Commands
from workers.steps.conversation_order import ConversationOrder
from workers.steps.downloads import Downloads
from workers.steps.fetch import FetchStep
from workers.steps.follow_up import FollowUps
from workers.steps.last_words import LastWords
from workers.steps.read import ReadStep
from workers.steps.receipt import NoticeStep
from workers.steps.reply import ReplyStep
from workers.steps.retrying import Retrying
from workers.steps.turns import Turns
from workers.steps.unpack import Unpacker
from workers.steps.waiting_time import ReadingTimes, WaitingTime

StepEnded = Callable[[str, str, float], None]
"""Called after each step with its name, its result (done, again or failed), and its seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps that jobs run, one for each queue. Each can be run again after an interruption at any point."""

    fetch: FetchStep
    read: ReadStep
    reply: ReplyStep
    notice: NoticeStep
    ended: StepEnded
    tracing: Tracing = NO_TRACING


def build_steps(  # noqa: PLR0913 - keyword-only: all dependencies of the steps
    *,
    store: Store,
    queue: TaskQueue,
    reader: FileReader,
    turns: Turns,
    download: Download,
    outbox: Outbox,
    short_messages: ShortMessages,
    cards: CardMaker,
    reactions: Reactions,
    clock: Callable[[], float],
    step_ended: StepEnded = lambda _step, _result, _seconds: None,
    tracing: Tracing = NO_TRACING,
) -> Steps:
    """Return the steps with these dependencies; `clock` gives Unix seconds."""
    order = ConversationOrder(store=store, queue=queue)
    retrying = Retrying(order=order, clock=clock)
    waiting_time = WaitingTime(store=store, queue=queue, engine_name=reader.engine_name, clock=clock)
    read = ReadStep(
        store=store,
        reader=reader,
        card=CardProgress(store=store, cards=cards, clock=clock),
        reading_times=ReadingTimes(receipts=store.receipts),
        order=order,
        retrying=retrying,
        turns=turns,
        clock=clock,
    )
    reply = _reply_step(store, queue, outbox, cards, retrying)
    notice = NoticeStep(
        store=store,
        cards=cards,
        short_messages=short_messages,
        reactions=reactions,
        waiting_time=waiting_time,
        burst=Burst(store=store),
        clock=clock,
    )
    fetch = _fetch_step(store, queue, reader.engine_name, download, retrying, waiting_time)
    return Steps(fetch=fetch, read=read, reply=reply, notice=notice, ended=step_ended, tracing=tracing)


def _reply_step(store: Store, queue: TaskQueue, outbox: Outbox, cards: CardMaker, retrying: Retrying) -> ReplyStep:
    order, clock = retrying.order, retrying.clock
    return ReplyStep(
        store=store,
        queue=queue,
        outbox=outbox,
        card=AnswerCard(receipts=store.receipts, cards=cards),
        commands=Commands(store=store, order=order, clock=clock),
        order=order,
        burst=Burst(store=store),
        retrying=retrying,
        last_words=LastWords(store=store, outbox=outbox, order=order, clock=clock),
        clock=clock,
    )


def _fetch_step(  # noqa: PLR0913, PLR0917
    store: Store,
    queue: TaskQueue,
    engine_name: str,
    download: Download,
    retrying: Retrying,
    waiting_time: WaitingTime,
) -> FetchStep:
    return FetchStep(
        store=store,
        queue=queue,
        follow_ups=FollowUps(store=store, burst=Burst(store=store), engine_name=engine_name, clock=retrying.clock),
        downloads=Downloads(store=store, download=download, engine_name=engine_name, retrying=retrying),
        unpacker=Unpacker(store=store, engine_name=engine_name),
        order=retrying.order,
        retrying=retrying,
        waiting_time=waiting_time,
    )
