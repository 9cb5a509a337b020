"""Building the steps from the store, the queue, the reader and the outgoing interfaces."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.outbox import CardMaker, Download, Outbox, Reactions, ShortMessages
from bot.domain.receipt import SentReceipt
from bot.domain.requests.webhook_calls import WebhookCalls
from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.tracing import NO_TRACING, Tracing
from workers.readers.base import FileReader
from workers.steps.burst import Burst
from workers.steps.card import AnswerCard, CardChanges, CardProgress, ChangeCard
from workers.steps.commands import Commands
from workers.steps.conversation_order import ConversationOrder
from workers.steps.downloads import Downloads
from workers.steps.fetch import FetchStep
from workers.steps.follow_ups.resolving import FollowUps
from workers.steps.last_words import LastWords
from workers.steps.read import ReadStep
from workers.steps.receipt import NoticeStep
from workers.steps.reply import ReplyStep
from workers.steps.requests.ending import RequestEnding
from workers.steps.retrying import Retrying
from workers.steps.turns import FILES_WITHOUT_ENGINE, Turns, turns_of_requests
from workers.steps.unpack import Unpacker
from workers.steps.waiting_time import ReadingTimes, WaitingTime
from workers.steps.webhook import WebhookParts, WebhookStep

_REQUESTS_AT_ONCE = 2  # files of the API

StepEnded = Callable[[str, str, float], None]
"""Called after each step with its name, its result (done, again or failed), and its seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSteps:
    """What a worker runs that only reads and has no secret of DingTalk: `hand_over` gets the tasks it is done with."""

    read: ReadStep
    hand_over: Callable[[Task], None]
    ended: StepEnded
    tracing: Tracing = NO_TRACING


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps that jobs run, one for each queue. Each can be run again after an interruption at any point."""

    fetch: FetchStep
    read: ReadStep
    reply: ReplyStep
    notice: NoticeStep
    webhook: WebhookStep
    ended: StepEnded
    tracing: Tracing = NO_TRACING


def build_steps(  # noqa: PLR0913 - keyword-only: all dependencies of the steps
    *,
    store: Store,
    queue: TaskQueue,
    reader: FileReader,
    turns: Turns,
    requests_at_once: int = _REQUESTS_AT_ONCE,
    download: Download,
    outbox: Outbox,
    short_messages: ShortMessages,
    cards: CardMaker,
    reactions: Reactions,
    webhooks: WebhookCalls,
    webhook_parts: WebhookParts,
    clock: Callable[[], float],
    step_ended: StepEnded = lambda _step, _result, _seconds: None,
    tracing: Tracing = NO_TRACING,
) -> Steps:
    """Return the steps with these dependencies; `clock` gives Unix seconds."""
    retrying = _retrying(store, queue, clock)
    waiting_time = WaitingTime(store=store, queue=queue, engine_name=reader.engine_name, clock=clock)
    show_progress = CardChanges(receipts=store.receipts, cards=cards, clock=clock).show
    read = _read_step(store, reader, turns, retrying, show_progress, requests_at_once)
    requests = RequestEnding(store=store, webhooks=webhooks, clock=clock)
    reply = _reply_step(store, queue, outbox, cards, retrying, requests)
    notice = NoticeStep(
        store=store,
        cards=cards,
        short_messages=short_messages,
        reactions=reactions,
        waiting_time=waiting_time,
        burst=Burst(store=store),
        show_progress=show_progress,
        clock=clock,
    )
    fetch = _fetch_step(store, queue, reader.engine_name, download, retrying, waiting_time)
    webhook = WebhookStep(store=store, parts=webhook_parts, clock=clock)
    return Steps(fetch=fetch, read=read, reply=reply, notice=notice, webhook=webhook, ended=step_ended, tracing=tracing)


def build_reading_steps(  # noqa: PLR0913 - keyword-only: all dependencies of the step
    *,
    store: Store,
    queue: TaskQueue,
    reader: FileReader,
    turns: Turns,
    requests_at_once: int = _REQUESTS_AT_ONCE,
    clock: Callable[[], float],
    step_ended: StepEnded = lambda _step, _result, _seconds: None,
    tracing: Tracing = NO_TRACING,
) -> ReadingSteps:
    """Return what a worker runs that only reads; answers, and what cards show, are left to other workers."""

    def hand_over(task: Task) -> None:
        queue.answer(task.id, store.progress(task.id).generation)

    def leave_progress(note: SentReceipt, text: str) -> None:
        store.receipts.leave_progress(note.task_id, text, now=clock())

    read = _read_step(store, reader, turns, _retrying(store, queue, clock), leave_progress, requests_at_once)
    return ReadingSteps(read=read, hand_over=hand_over, ended=step_ended, tracing=tracing)


def _retrying(store: Store, queue: TaskQueue, clock: Callable[[], float]) -> Retrying:
    return Retrying(order=ConversationOrder(store=store, queue=queue), clock=clock)


def _read_step(  # noqa: PLR0913, PLR0917
    store: Store,
    reader: FileReader,
    turns: Turns,
    retrying: Retrying,
    show_progress: ChangeCard,
    requests_at_once: int,
) -> ReadStep:
    return ReadStep(
        store=store,
        reader=reader,
        card=CardProgress(store=store, change=show_progress),
        reading_times=ReadingTimes(receipts=store.receipts),
        order=retrying.order,
        retrying=retrying,
        turns=turns,
        own_text_turns=Turns(places=FILES_WITHOUT_ENGINE, share=FILES_WITHOUT_ENGINE // 4),
        request_turns=turns_of_requests(requests_at_once),
        clock=retrying.clock,
    )


def _reply_step(  # noqa: PLR0913, PLR0917
    store: Store, queue: TaskQueue, outbox: Outbox, cards: CardMaker, retrying: Retrying, requests: RequestEnding
) -> ReplyStep:
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
        last_words=LastWords(store=store, outbox=outbox, order=order, requests=requests, clock=clock),
        requests=requests,
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
