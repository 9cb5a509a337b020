"""`ocrbot worker`: the steps with DingTalk, Redis and the engine.

A worker that only reads, `--queues read`, asks for no credentials of DingTalk and uses none: it leaves what is to be
sent to a worker that has them. One that reads nothing asks no engine and starts no readers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.cores import available_cores
from bot.dingtalk.api import DOWNLOAD
from bot.dingtalk.cards import Cards
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.message import Attachment, DingTalkConversation
from bot.storage.connection import RedisClock
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.jobs.signed_call import QUEUES, READ
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.storage.trials.answers import TrialAnswers
from bot.telemetry.health import HealthChecks
from bot.telemetry.worker_metrics import WorkerMetrics
from bot.wiring.dingtalk import api, credentials
from bot.wiring.engines import remote_engine, second_engine
from bot.wiring.files import file_store
from bot.wiring.redis import job_signer, redis
from bot.wiring.roots import trusted_roots
from bot.wiring.telemetry import exposition, redis_check, tracing
from bot.wiring.watching import Watching
from bot.wiring.webhooks import webhook_parts
from workers.entry import Supervisor, jobs_at_once
from workers.readers.base import FileReader
from workers.readers.elsewhere import ReaderElsewhere
from workers.readers.pool import PoolSettings
from workers.steps.turns import MOST_WAITING, Turns
from workers.steps.wiring import ReadingSteps, Steps, build_reading_steps, build_steps

if TYPE_CHECKING:
    from redis import Redis

_READS_ON_CPU = 32  # files at once: the engine lets 64 pictures wait
_READS_ON_GPU = 64
_LEAST_SHARE = 2  # files of one person at once, while those of others are read too


def run(loaded: Settings, *, queues: str) -> int:
    """Work on these comma-separated queues, on all if it is "", until a signal to stop; raises `Misconfigured`."""
    reading = _reading(loaded)
    at_once = jobs_at_once(queues or ",".join(QUEUES), reading.files)
    only_reads = [*at_once] == [READ]
    if not only_reads:
        credentials(loaded)  # or say which is missing before anything else
    client, metrics, signer = redis(loaded), WorkerMetrics(), job_signer(loaded)
    health = HealthChecks(ready={"redis": partial(redis_check, client)})
    shown = exposition(loaded.metrics.worker_listen, "OCRBOT_METRICS__WORKER_LISTEN", metrics.registry, health)
    watching = Watching(metrics=metrics, tracing=tracing(loaded, "worker"))
    needs = _StepNeeds(
        store=Store(client, file_store(loaded, client)),
        queue=TaskQueue(client, signer),
        reader=_reader(loaded, client, reading, watching, reads=READ in at_once),
        turns=Turns(places=reading.files, share=max(_LEAST_SHARE, reading.parallel // 2), waiting=MOST_WAITING),
        requests_at_once=loaded.worker.requests or max(1, reading.parallel // 2),
        clock=RedisClock(client).fresh,
    )
    steps = _reading_steps(needs, watching) if only_reads else _steps(loaded, client, needs, watching)

    def start() -> None:
        watching.tracing.start()
        if shown is not None:
            shown.start()

    Supervisor(
        at_once,
        client,
        steps,
        signer=signer,
        parallel_reads=reading.parallel,
        on_start=start,
        on_stop=watching.tracing.stop,
    ).run()
    return 0


def _reading(loaded: Settings) -> PoolSettings:
    """Return how files are read: as many at once as the engine does well with, in as many processes as there are cores.

    The CPU engine reads a page a core, and keeps others waiting; vLLM gets faster up to about 64.
    """
    cores = available_cores()
    on_cpu = loaded.engine.kind == "rapid"
    files = loaded.worker.concurrency or (_READS_ON_CPU if on_cpu else _READS_ON_GPU)
    return PoolSettings(
        readers=min(cores, files),
        files=files,
        parallel=cores if on_cpu else files,
        roots=trusted_roots(loaded.config_dir),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StepNeeds:
    """What all workers' steps need."""

    store: Store
    queue: TaskQueue
    reader: FileReader
    turns: Turns
    requests_at_once: int
    clock: Callable[[], float]


def _reader(loaded: Settings, client: "Redis", reading: PoolSettings, watching: Watching, *, reads: bool) -> FileReader:
    engine = remote_engine(loaded, client, hedged=watching.metrics.hedged)
    if not reads:
        return ReaderElsewhere(engine_name=engine.name)
    return watching.reader(engine, reading, TrialAnswers(client).put, second_engine(loaded))


def _reading_steps(needs: _StepNeeds, watching: Watching) -> ReadingSteps:
    """Build the step of a worker that only reads, with Redis and the engine."""
    return build_reading_steps(
        store=needs.store,
        queue=needs.queue,
        reader=needs.reader,
        turns=needs.turns,
        requests_at_once=needs.requests_at_once,
        clock=needs.clock,
        step_ended=watching.metrics.step_ended,
        tracing=watching.tracing,
    )


def _steps(loaded: Settings, client: "Redis", needs: _StepNeeds, watching: Watching) -> Steps:
    """Build all steps, with DingTalk, Redis and the engine."""
    client_id, _secret = credentials(loaded)
    dingtalk, budgets = api(loaded, RedisTokens(client, client_id), watching.called), needs.store.budgets
    calls = loaded.dingtalk.calls_per_second
    sender = Sender(
        dingtalk,
        budgets,
        clock=needs.clock,
        calls_per_second=calls,
        on_sent=needs.store.earlier_tasks.remember_sent,
    )

    def download(attachment: Attachment, recipient: DingTalkConversation) -> bytes:
        code, robot = attachment.download_code, recipient.robot_code
        return sender.pacing.in_turn(DOWNLOAD, lambda: dingtalk.download(code, robot, limit_bytes=MOST_FILE_BYTES))

    return build_steps(
        store=needs.store,
        queue=needs.queue,
        reader=needs.reader,
        turns=needs.turns,
        requests_at_once=needs.requests_at_once,
        download=watching.download(download),
        outbox=sender,
        short_messages=sender,
        cards=Cards(dingtalk, budgets, calls_per_second=calls),
        reactions=RobotReactions(dingtalk, budgets, calls_per_second=calls),
        webhooks=WebhookQueue(events=needs.store.webhook_events, jobs=needs.queue, clock=needs.clock),
        webhook_parts=webhook_parts(loaded, clock=needs.clock, count=watching.metrics.webhook_called),
        clock=needs.clock,
        step_ended=watching.metrics.step_ended,
        tracing=watching.tracing,
    )
