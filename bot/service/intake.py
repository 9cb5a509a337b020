"""From callbacks to tasks: parse, decide, claim. A message that was handled here is safe in Redis and may be acked."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog
from redis.exceptions import RedisError

from bot.config.folder import Config
from bot.dingtalk.inbound import parse
from bot.domain import texts
from bot.domain.asking.intent import decide
from bot.domain.errors import OcrbotError, Undecodable
from bot.domain.message import Message
from bot.domain.task import Command, RunCommand, Say, Task, task_id
from bot.storage.ledger import Ledger
from bot.storage.queue import TaskQueue
from bot.storage.replicas.waiting import NO_WAIT, ReplicaWait
from bot.tracing import NO_TRACING, Tracing

_BATCH = 256  # tasks that share one round trip
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0

_log = structlog.get_logger("ocrbot.intake")


class Unclaimed(OcrbotError):  # noqa: N818 - as its siblings in `bot.domain.errors`
    """A message that could not be taken; it is not acked, so that DingTalk delivers it again."""


@dataclass(slots=True, kw_only=True)
class _Written:
    """What was written of a batch of tasks: which are new, and whether enough replicas have them."""

    taken: list[bool] = field(default_factory=list)
    replicated: bool = False


_Done = asyncio.Future[tuple[bool, bool]]  # whether a task is new, and whether enough replicas have it


class Claims:
    """Write tasks to the ledger and start them; those that arrive during one write share the next.

    `wait` says how many of Redis' replicas must have a task before its message is acked.
    """

    def __init__(
        self, ledger: Ledger, queue: TaskQueue, clock: Callable[[], float], wait: ReplicaWait = NO_WAIT
    ) -> None:
        self._ledger = ledger
        self._queue = queue
        self._clock = clock
        self._wait = wait
        self._waiting: list[tuple[Task, _Done]] = []
        self._arrived = asyncio.Event()

    async def claim(self, task: Task) -> bool:
        """Return True once the task is in the ledger and started, or False if its message was taken before.

        Raises `Unclaimed` if too few replicas have it: it is worked on, but might be lost with this Redis.
        """
        is_new, replicated = await self._written(task)
        if not replicated:
            raise Unclaimed(f"fewer than {self._wait.replicas} replicas had it within {self._wait.seconds:g} s")
        return is_new

    async def write(self, task: Task) -> bool:
        """Do the same for a task that nobody would deliver again, whatever replicas have it."""
        return (await self._written(task))[0]

    async def _written(self, task: Task) -> tuple[bool, bool]:
        done: _Done = asyncio.get_running_loop().create_future()
        self._waiting.append((task, done))
        self._arrived.set()
        return await done

    async def run(self) -> None:
        """Write the waiting tasks, batch by batch, until cancelled. While Redis is down they wait, not acked."""
        while True:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            if not self._waiting:
                self._arrived.clear()
            await self._write_for(batch)

    async def _write_for(self, batch: Sequence[tuple[Task, _Done]]) -> None:
        """Write tasks and tell those who wait; after a bug they hear of it, and DingTalk delivers the messages anew."""
        try:
            written = await self._write([task for task, _ in batch])
        except BaseException as error:
            for _, done in batch:
                if not done.done():
                    done.set_exception(Unclaimed(str(error)))
            raise
        if not written.replicated:
            _log.error("redis has too few replicas", wanted=self._wait.replicas, unacked=len(batch))
        for (_, done), is_new in zip(batch, written.taken, strict=True):
            if not done.done():
                done.set_result((is_new, written.replicated))

    async def _write(self, tasks: list[Task]) -> _Written:
        pause, written = _FIRST_PAUSE, _Written()
        while True:
            try:
                await asyncio.to_thread(self._claim_and_start, tasks, written)
            except RedisError as error:
                _log.error("redis unavailable", waiting=len(tasks) + len(self._waiting), error=str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return written

    def _claim_and_start(self, tasks: list[Task], written: _Written) -> None:
        """Claim the tasks, unless an earlier try has `written` them, and start those whose message is new."""
        if not written.taken:
            written.taken, written.replicated = self._ledger.claim_on_replicas(tasks, self._wait, now=self._clock())
        new = [task for task, is_new in zip(tasks, written.taken, strict=True) if is_new]
        first = {task.id for task in new if task.may_need_no_engine}
        self._queue.start(((task.id, task.fetches) for task in new), first=first)


class Intake:
    """Handle bot callbacks, each with the configuration that is current then.

    `count` gets the result of each: "taken", "seen" (delivered before) or "dropped". `admitted` returns a task, or one
    that tells the person that there is no room for it.
    """

    def __init__(  # noqa: PLR0913 - all but three have defaults
        self,
        claims: Claims,
        config: Callable[[], Config],
        clock: Callable[[], float],
        count: Callable[[str], None] = lambda _result: None,
        reload: Callable[[], Awaitable[str]] | None = None,
        *,
        admitted: Callable[[Task], Awaitable[Task]] | None = None,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._claims = claims
        self._tracing = tracing
        self._config = config
        self._reload = reload
        self._admitted = admitted
        self._clock = clock
        self._count = count

    async def handle(self, data: object) -> None:
        """Take a message and return when it may be acked. A message that cannot be parsed is logged and acked.

        One in which a bug was met is answered with a sentence: not acked, it would only meet it again.
        """
        began = time.time()
        try:
            message = parse(data)
        except Undecodable as error:
            _log.error("message dropped", error=str(error))
            self._count("dropped")
            return
        task = await self._task(message)
        if self._admitted is not None:
            task = await self._admitted(task)
        is_new = await self._claims.claim(task)
        self._count("taken" if is_new else "seen")
        kind, files = task.content.kind, len(task.attachments)
        self._tracing.message(task.id, began=began, again=not is_new, kind=kind, files=files)
        _log.info(
            "message taken" if is_new else "message seen before",
            task=task.id,
            files=len(task.attachments),
            prompt=task.to_read.prompt.name if task.fetches else None,
        )

    async def _task(self, message: Message) -> Task:
        """Return the task for a message, with a sentence about it if there is a bug."""
        now, id_ = self._clock(), task_id(message.id)
        try:
            config = self._config()
            task = decide(message, config.prompts, config.organisation, now=now)
            if task.content == RunCommand(command=Command.RELOAD) and self._reload is not None:
                task = replace(task, content=Say(text=await self._reload()))
        except Exception:  # noqa: BLE001 - the entry of a message: a bug ends in the log and a sentence for the person
            _log.exception("message not understood", task=id_)
            sentence = Say(text=texts.failures.bug(id_))
            return Task(id=id_, recipient=message.conversation, received_at=now, content=sentence)
        return task
