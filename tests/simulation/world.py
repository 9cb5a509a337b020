"""One run: the messages of a plan go through the real code of bot and workers, one thing at a time."""

import asyncio
import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job

from bot.config.prompt_files import load
from bot.domain.asking.intent import decide
from bot.domain.message import Message
from bot.domain.organisation import Organisation
from bot.domain.task import task_id
from bot.service.intake import Claims
from bot.service.notices import Notices
from bot.service.sweeper import Sweeper
from bot.storage.connection import RedisClock
from bot.storage.jobs.job_states import JobStates
from bot.storage.jobs.signed_call import FETCH, NOTICE, READ, REPLY, WEBHOOK
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.keys.tasks import LEDGER, TASK
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_steps import NoReceipts
from tests.fakes.job_signer import JOB_SIGNER
from tests.simulation.calls import WatchedRedis
from tests.simulation.job_queue import JobQueue
from tests.simulation.messages import message_of
from tests.simulation.outside import ChatRecords, FakeFileReader, Seen
from tests.simulation.plan import NOT_AT_CALLS, Kind, Plan
from tests.simulation.processes import Activity, Beat, Killed, Processes
from tests.simulation.uploads import UploadRecords, WebhookRecords, build_feeder
from tests.simulation.virtual_time import StoredTime, passing
from workers import jobs
from workers.steps.turns import Turns
from workers.steps.webhook import WebhookParts
from workers.steps.wiring import build_steps

NOON = 1_790_000_000.0
PROMPTS = load(Path(__file__).resolve().parents[2] / "config" / "prompts")
# A little off whole seconds: if a lease ended at the very moment of a sweep, the machine would decide which is first.
_SWEEP_SECONDS, _NOTICE_SECONDS, _HEARTBEAT_SECONDS = 5.07, 2.03, 5.0
_FEED_SECONDS, _WATCH_SECONDS = 1.01, 10.03
_AGAIN_SECONDS = 1.0  # until a program sends again what was not accepted
_TAKE_OVER_SECONDS = 1.0
_REDELIVERY = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0)
_AFTER_SECONDS = 60.0  # of watching whether anything comes twice
_MOST_SECONDS = 2400.0  # until every task is closed: READ_SECONDS, and time for the sentence
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    FETCH: jobs.fetch,
    READ: jobs.read,
    REPLY: jobs.reply,
    NOTICE: jobs.notice,
    WEBHOOK: jobs.webhook,
}
_DEEPEST = 5  # jobs that run while others wait


@dataclass(slots=True, kw_only=True)
class Run:
    """What came of a plan."""

    plan: Plan
    steps: int = 0  # jobs, deliveries, sweeps, looks for receipts
    calls: int = 0  # to Redis and DingTalk
    wrong: list[str] = field(default_factory=list)


class World:
    """The machine of a run. `acknowledge_first` is one of the planted bugs: see `bugs.py`."""

    def __init__(self, plan: Plan, socket: str, *, acknowledge_first: bool = False) -> None:
        self.run = Run(plan=plan)
        self._plan = plan
        self._now = NOON
        self._first = acknowledge_first
        self._redis = Redis(unix_socket_path=socket)  # whose calls are not watched
        self._redis.flushdb()
        self._redis.script_flush()  # so that every run begins with loading them
        self._stored_time = StoredTime(self._redis)
        per_call = {(fault.process, fault.at): fault for fault in plan.faults if fault.kind not in NOT_AT_CALLS}
        self._processes = Processes(faults=per_call)
        self._processes.overtake = self._run_another
        self._processes.pass_time = lambda seconds: self._go_on(self._now + seconds)
        self._watched = WatchedRedis(socket, self._processes.around_redis)
        self._jobs = JobQueue(self._redis)
        self._store, self._queue = Store(self._watched), TaskQueue(self._watched, JOB_SIGNER)
        self.chat = ChatRecords(around=self._processes.around_send, has_room=self._processes.has_room)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self.webhooks = WebhookRecords(around=self._processes.around_send)
        self.uploads = UploadRecords(plan.uploads, self._store, self._redis)
        self.unanswered: set[int] = set()  # when all messages were delivered once more in the end
        self._acked: dict[int, int] = {}  # how often each message was acknowledged
        self._start_bot()
        self._start_api()

    # -- the run

    def go(self) -> Run:
        """Let everything happen, until each task is closed and for a minute more."""
        random.seed(self._plan.seed)
        with passing(self._time_of_whoever_works, self._seconds, self._sleep, self._beating):
            jobs.STEPS.set(self._steps())
            self._plan_events()
            while self._now < NOON + _MOST_SECONDS:
                self._go_on(self._now + _AFTER_SECONDS)
                if self._is_done() or self.run.wrong:
                    break
            numbers = range(len(self._plan.posts))
            self.unanswered = {number for number in numbers if not self.seen(number)}
            for number in numbers:
                self._at(0.0, lambda number=number: self._deliver(number, len(_REDELIVERY)))  # type: ignore[misc]
            self._go_on(self._now + _AFTER_SECONDS)
        self.run.calls = sum(self._processes.calls.values())
        self._redis.close()
        self._watched.close()
        return self.run

    @property
    def may_repeat(self) -> bool:
        """Whether a process may have ended within a send."""
        return self._processes.cut

    def seen(self, number: int) -> Sequence[Seen]:
        """Return what a person has seen for a message."""
        return self.chat.seen.get(task_id(self.message_id(number)), [])

    def unclosed(self) -> int:
        """Return the number of tasks that are still open."""
        return int(self._redis.zcard(LEDGER.key()))

    def _is_done(self) -> bool:
        are_acked = len(self._acked) == len(self._plan.posts)
        return are_acked and not self.unclosed() and self.uploads.are_over(self.webhooks.calls)

    def _plan_events(self) -> None:
        for number, post in enumerate(self._plan.posts):
            self._at(post.at, lambda number=number: self._deliver(number, 0))  # type: ignore[misc]
        for fault in self._plan.faults:
            if fault.kind is Kind.DAMAGE:
                self._at(fault.at, self._damage)
        self._at(_SWEEP_SECONDS, self._sweep)
        self._at(_NOTICE_SECONDS, self._look_for_receipts)
        for number, upload in enumerate(self._plan.uploads):
            self._at(upload.at, lambda number=number: self._upload(number))  # type: ignore[misc]
        if self._plan.uploads:
            self._at(_FEED_SECONDS, self._feed)
            self._at(_WATCH_SECONDS, self._watch_webhooks)

    # -- time

    def _seconds(self) -> float:
        """Return seconds that only grow, whatever becomes of a clock."""
        return self._now - NOON

    def _time_of_whoever_works(self) -> float:
        return self._now + self._processes.shift()

    def _sleep(self, seconds: float) -> None:
        """Let time pass for whoever sleeps; meanwhile others go on."""
        self._go_on(self._now + seconds)

    def _go_on(self, until: float) -> None:
        while self._step(until):
            pass
        self._advance(max(until, self._now))

    def _step(self, until: float) -> bool:
        """Do the next thing; return False if there is none before `until`."""
        if len(self._processes.at_work) < _DEEPEST and (job := self._jobs.take(self._now)) is not None:
            self._run_job(job)
            return True
        due = self._jobs.next_time()
        event = self._events[0][0] if self._events else None
        times = [at for at in (due, event) if at is not None]
        if not times or min(times) > until or len(self._processes.at_work) >= _DEEPEST:
            return False
        self._advance(max(min(times), self._now))
        if event is not None and event <= self._now:
            heapq.heappop(self._events)[2]()
        self._jobs.enqueue_due(self._now)
        return True

    def _advance(self, now: float) -> None:
        passed, self._now = now - self._now, now
        if passed > 0:
            self._stored_time.set(now, passed)
            self._processes.beat(now)

    def _at(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self._now + seconds, next(self._numbers), do))

    @contextmanager
    def _beating(self, seconds: float, beat: Callable[[], None]) -> Iterator[None]:
        beats, one = self._processes.at_work[-1].beats, Beat(seconds, beat, self._now + seconds)
        beats.append(one)
        try:
            yield
        finally:
            beats.remove(one)

    # -- the bot

    def _start_bot(self) -> None:
        name, self._bot_clock = f"bot-{next(self._numbers)}", RedisClock(self._watched, ticks=self._seconds)
        self._sweeper = Sweeper(self._store, self._queue, JobStates(self._watched), self._bot_clock.fresh, name)
        self._notices = Notices(self._store.receipts, self._queue, self._bot_clock.fresh)

    def _as_bot(self, do: Callable[[], Any], *, killed: bool = False) -> bool:
        """Do something in the bot; return False if it was killed. Any error but of Redis would end a task of it."""
        self.run.steps += 1
        activity = Activity("bot", dead=Killed(taken_over=False) if killed else None)
        try:
            with self._processes.working(activity):
                do()
        except Killed:
            self._start_bot()
            return False
        except RedisError:
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the run was to find
            self.run.wrong.append(f"the bot fails: {type(error).__name__}: {error}")
            return False
        return True

    def _deliver(self, number: int, attempt: int) -> None:
        """Push a message to the bot, and again later if it was not acknowledged."""
        post = self._plan.posts[number]
        message = message_of(post, self.message_id(number), created_at=NOON + post.at)
        if self._first:
            self._acked[number] = 1
        killed = attempt == 0 and self._meets(Kind.KILL_BOT, number)
        taken = self._as_bot(lambda: asyncio.run(self._claim(message)), killed=killed)
        if taken:
            self._acked[number] = self._acked.get(number, 0) + 1
        if attempt >= len(_REDELIVERY) or (self._first and not taken):
            return
        if not taken or (attempt == 0 and self._meets(Kind.LOSE_ACK, number)):
            self._at(_REDELIVERY[attempt], lambda: self._deliver(number, attempt + 1))

    def _meets(self, kind: Kind, number: int) -> bool:
        """Return whether a message meets a fault."""
        return any(fault.kind is kind and fault.at == number for fault in self._plan.faults)

    async def _claim(self, message: Message) -> None:
        claims = Claims(self._store.ledger, self._queue, self._bot_clock.fresh)
        task = decide(message, PROMPTS, Organisation(), now=self._bot_clock.fresh())
        writing, claimed = asyncio.create_task(claims.run()), asyncio.create_task(claims.claim(task))
        await asyncio.wait([writing, claimed], return_when=asyncio.FIRST_COMPLETED)
        if writing.done():
            await asyncio.wait([claimed])  # it hears of what has ended the writing
            claimed.exception()
            writing.result()
        writing.cancel()
        await claimed

    def message_id(self, number: int) -> str:
        """Return the id of a message."""
        return f"m{self._plan.seed}-{number}"

    def _sweep(self) -> None:
        self._as_bot(self._sweeper.sweep)
        self._at(_SWEEP_SECONDS, self._sweep)

    def _look_for_receipts(self) -> None:
        self._as_bot(self._notices.enqueue_due)
        self._at(_NOTICE_SECONDS, self._look_for_receipts)

    def _damage(self) -> None:
        """Put an entry among the open tasks that nobody can read."""
        damaged = task_id("damaged")
        self._redis.set(TASK.key(damaged), b"{", ex=86400)
        self._redis.zadd(LEDGER.key(), {damaged: self._now})

    # -- the API

    def _start_api(self) -> None:
        clock = RedisClock(self._watched, ticks=self._seconds).fresh
        events = WebhookQueue(events=self._store.webhook_events, jobs=self._queue, clock=clock)
        self._api_clock, self._feeder, self._events_queue = clock, build_feeder(self._store, events, clock), events

    def _as_api(self, do: Callable[[], Any]) -> bool:
        """Do something in the API's process; return False if it was killed, or could not reach Redis."""
        self.run.steps += 1
        try:
            with self._processes.working(Activity("api")):
                do()
        except Killed:
            self._start_api()
            return False
        except RedisError:
            return False
        return True

    def _upload(self, number: int) -> None:
        """Send a document, again until it is accepted, then as often as is planned; delete it if that is planned."""
        sent = self.uploads.sent[number]
        taken = self._as_api(lambda: self.uploads.accept(number, self._api_clock()))
        if not taken or sent.accepted <= sent.upload.repeats:
            self._at(_AGAIN_SECONDS, lambda: self._upload(number))
        elif sent.upload.deleted_after:
            self._at(sent.upload.deleted_after, lambda: self._delete(number))

    def _delete(self, number: int) -> None:
        if not self._as_api(lambda: self.uploads.delete(number, self._api_clock())):
            self._at(_AGAIN_SECONDS, lambda: self._delete(number))

    def _feed(self) -> None:
        self._as_api(self._feeder.step)
        self.uploads.look()
        self._at(_FEED_SECONDS, self._feed)

    def _watch_webhooks(self) -> None:
        self._as_api(self._events_queue.start_lost_over)
        self._at(_WATCH_SECONDS, self._watch_webhooks)

    # -- the workers

    def _steps(self) -> Any:
        none, clock = NoReceipts(), RedisClock(self._watched, ticks=self._seconds).fresh
        return build_steps(
            store=self._store,
            queue=self._queue,
            reader=FakeFileReader(),
            turns=Turns(places=64, share=32),
            download=self.chat.download,
            outbox=self.chat,
            short_messages=self.chat,
            cards=none,
            reactions=none,
            webhooks=WebhookQueue(events=self._store.webhook_events, jobs=self._queue, clock=clock),
            webhook_parts=WebhookParts(find=self.webhooks.find, call=self.webhooks.call),
            clock=clock,
        )

    def _run_another(self) -> None:
        """Run the next job while another one is at work."""
        if len(self._processes.at_work) < _DEEPEST and (job := self._jobs.take(self._now)) is not None:
            self._run_job(job)

    def _run_job(self, job: Job) -> None:
        self.run.steps += 1
        activity, function = Activity("worker", twin=lambda: self._run_job(job)), _FUNCTIONS[str(job.origin)]
        activity.beats.append(Beat(_HEARTBEAT_SECONDS, lambda: self._jobs.beat(job, self._now), self._now))
        try:
            with self._processes.working(activity):
                result = function(*job.args)
        except Killed as killed:
            if killed.taken_over:
                self._at(_TAKE_OVER_SECONDS, lambda: self._jobs.repeat(job))
        except RedisError:
            self._jobs.repeat(job)
        else:
            self._jobs.succeed(job, result, self._now)
