"""The steps with fakes around them: an engine, an outbox, and ways to give receipts that must not be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redis import Redis

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.document import Line, Reading
from bot.domain.errors import Unsure
from bot.domain.message import Attachment, Recipient
from bot.domain.message_limits import MessageLimits
from bot.domain.outbox import Card, CardMaker, Download, Outbox, Reactions, Room, Section, ShortMessages
from bot.domain.requests.webhook_calls import NO_WEBHOOK_CALLS, WebhookCalls
from bot.domain.task import Task
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.in_process_reader import InProcessReader
from tests.fakes.job_signer import JOB_SIGNER
from workers.engines.base import EncodedPicture, Engine, PictureForm
from workers.steps import closing
from workers.steps.turns import Turns
from workers.steps.wiring import ReadingSteps, Steps, build_reading_steps, build_steps


@dataclass
class FakeEngine:
    """Reads the same line on every picture, or fails as the test sets it; counts its readings."""

    name: str = "rapid"
    takes_prompts: bool = False
    words: str = "你好"
    fails: list[Exception] = field(default_factory=list)
    readings: int = 0

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        if self.fails:
            raise self.fails.pop()
        self.readings += 1
        return Reading(text=self.words, lines=(Line(text=self.words),))


@dataclass
class FakeOutbox:
    """Records what was sent, with the task it was sent for.

    Fails as the test sets it, at the next calls or once for a task; if the error is `Unsure`, after sending.
    """

    sent: list[tuple[str, str]] = field(default_factory=list)  # the task's id; a message's text or a file's name
    files: list[str] = field(default_factory=list)  # the names of the files sent
    contents: list[bytes] = field(default_factory=list)  # of these files
    fails: list[Exception | None] = field(default_factory=list)
    fails_for: dict[str, Exception] = field(default_factory=dict)
    limits: MessageLimits = MESSAGE_LIMITS
    rooms: list[Room] = field(default_factory=list)  # what conversations have at the next calls, then plenty
    shared: list[list[str]] = field(default_factory=list)  # the ids of the tasks in each shared message
    refuses_shared: bool = False

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]

    @property
    def messages(self) -> list[str]:
        return [text for text in self.texts if text not in self.files]

    @property
    def task_ids(self) -> list[str]:
        return [task_id for task_id, _ in self.sent]

    def send(self, recipient: Recipient, title: str, text: str, *, mention: bool, task_id: str) -> None:
        error = self.fails.pop() if self.fails else self.fails_for.pop(task_id, None)
        if error is None or isinstance(error, Unsure):
            self.sent.append((task_id, text))
        if error is not None:
            raise error

    def take_room(self, recipient: Recipient) -> Room:
        return self.rooms.pop(0) if self.rooms else Room()

    def send_shared(self, sections: Sequence[Section]) -> bool:
        if self.refuses_shared:
            return False
        error = self.fails.pop() if self.fails else None
        if error is None or isinstance(error, Unsure):
            self.sent += [(section.task_id, section.text) for section in sections]
            self.shared.append([section.task_id for section in sections])
        if error is not None:
            raise error
        return True

    def send_file(self, recipient: Recipient, name: str, data: bytes, *, task_id: str) -> None:
        self.sent.append((task_id, name))
        self.files.append(name)
        self.contents.append(data)


class NoReceipts:
    """Fails if a card, a reaction or a short message is asked for."""

    least_calls = 3
    most_bytes = 8_000

    def create(self, card: Card, text: str, *, summary: str) -> tuple[str, ...]:
        raise AssertionError(f"a card was made: {text}")

    def may_change(self, card: Card) -> bool:
        raise AssertionError(f"a card was to be changed: {card}")

    def show(self, card: Card, text: str, guid: str) -> None:
        raise AssertionError(f"a card was changed: {text}")

    def finish(self, card: Card, text: str, *, failed: bool) -> None:
        raise AssertionError(f"a card was finished: {text}")

    def put(self, recipient: Recipient, words: str) -> None:
        raise AssertionError(f"a reaction was put: {words}")

    def remove(self, recipient: Recipient, words: str) -> None:
        raise AssertionError(f"a reaction was removed: {words}")

    def send_short(self, recipient: Recipient, title: str, text: str) -> bool:
        raise AssertionError(f"a short message was sent: {text}")


def no_bytes(_: Attachment, __: Recipient) -> bytes:
    return b""


@dataclass(frozen=True, kw_only=True)
class StepParts:
    """The parts that the steps are built from: change one with `replace`; `steps` builds the steps."""

    store: Store
    queue: TaskQueue
    clock: Callable[[], float]
    engine: Engine = field(default_factory=FakeEngine)
    download: Download = no_bytes
    outbox: Outbox = field(default_factory=FakeOutbox)
    short_messages: ShortMessages = field(default_factory=NoReceipts)
    cards: CardMaker = field(default_factory=NoReceipts)
    reactions: Reactions = field(default_factory=NoReceipts)
    turns: Turns = field(default_factory=lambda: Turns(places=64, share=32))
    webhooks: WebhookCalls = NO_WEBHOOK_CALLS

    @property
    def steps(self) -> Steps:
        return build_steps(
            store=self.store,
            queue=self.queue,
            reader=InProcessReader(engine=self.engine),
            turns=self.turns,
            download=self.download,
            outbox=self.outbox,
            short_messages=self.short_messages,
            cards=self.cards,
            reactions=self.reactions,
            clock=self.clock,
            webhooks=self.webhooks,
        )

    @property
    def reading_steps(self) -> ReadingSteps:
        """Those of a worker that only reads."""
        return build_reading_steps(
            store=self.store,
            queue=self.queue,
            reader=InProcessReader(engine=self.engine),
            turns=self.turns,
            clock=self.clock,
        )

    def close(self, task: Task) -> None:
        closing.close(self.store, task, now=self.clock())

    def cancel(self, task: Task, command_id: str) -> None:
        closing.cancel(self.store, task, command_id, now=self.clock())


def parts_on(redis: Redis, *, clock: Callable[[], float], **parts: object) -> StepParts:
    """Return the parts over a Redis, with the given ones instead of the fakes."""
    return StepParts(store=Store(redis), queue=TaskQueue(redis, JOB_SIGNER), clock=clock, **parts)  # type: ignore[arg-type]
