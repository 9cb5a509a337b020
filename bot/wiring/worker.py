"""`ocrbot worker`: the steps with DingTalk, Redis and the engine."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.dingtalk.api import DOWNLOAD
from bot.dingtalk.cards import Cards
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.message import Attachment, Recipient
from bot.storage.connection import RedisClock
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.jobs.signed_call import QUEUES, JobSigner
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.telemetry.health import HealthChecks
from bot.telemetry.worker_metrics import WorkerMetrics
from bot.wiring.dingtalk import api, credentials
from bot.wiring.engines import remote_engine
from bot.wiring.redis import job_signer, redis
from bot.wiring.roots import trusted_roots
from bot.wiring.telemetry import exposition, redis_check
from workers.entry import Supervisor, jobs_at_once
from workers.metered import MeteredEngine, MeteredReader
from workers.readers.pool import PoolSettings, ReaderPool
from workers.steps.turns import Turns
from workers.steps.wiring import Steps, build_steps

if TYPE_CHECKING:
    from redis import Redis

_READS_ON_CPU = 32  # files at once: the engine lets 64 pictures wait
_READS_ON_GPU = 64
_LEAST_SHARE = 2  # files of one person at once, while those of others are read too


def run(loaded: Settings, *, queues: str) -> int:
    """Work on these comma-separated queues, on all if it is "", until a signal to stop; raises `Misconfigured`."""
    reading = _reading(loaded)
    at_once = jobs_at_once(queues or ",".join(QUEUES), reading.files)
    client, metrics, signer = redis(loaded), WorkerMetrics(), job_signer(loaded)
    health = HealthChecks(ready={"redis": partial(redis_check, client)})
    shown = exposition(loaded.metrics.worker_listen, "OCRBOT_METRICS__WORKER_LISTEN", metrics.registry, health)
    Supervisor(
        at_once,
        client,
        _steps(loaded, client, signer, reading, metrics),
        signer=signer,
        parallel_reads=reading.parallel,
        on_start=shown.start if shown else None,
    ).run()
    return 0


def _reading(loaded: Settings) -> PoolSettings:
    """Return how files are read: as many at once as the engine does well with, in as many processes as there are cores.

    The CPU engine reads a page a core, and keeps others waiting; vLLM gets faster up to about 64.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    on_cpu = loaded.engine.kind == "rapid"
    files = loaded.worker.concurrency or (_READS_ON_CPU if on_cpu else _READS_ON_GPU)
    return PoolSettings(
        readers=min(cores, files),
        files=files,
        parallel=cores if on_cpu else files,
        roots=trusted_roots(loaded.config_dir),
    )


def _steps(
    loaded: Settings, client: "Redis", signer: JobSigner, reading: PoolSettings, metrics: WorkerMetrics
) -> Steps:
    """Build the steps with DingTalk, Redis and the engine."""
    client_id, _secret = credentials(loaded)
    clock = RedisClock(client).fresh
    store, dingtalk = Store(client), api(loaded, RedisTokens(client, client_id), metrics.dingtalk_called)
    engine = MeteredEngine(engine=remote_engine(loaded, client), meter=metrics)
    calls = loaded.dingtalk.calls_per_second
    sender = Sender(
        dingtalk, store.budgets, clock=clock, calls_per_second=calls, on_sent=store.earlier_tasks.remember_sent
    )

    def download(attachment: Attachment, recipient: Recipient) -> bytes:
        code, robot = attachment.download_code, recipient.robot_code
        return sender.pacing.in_turn(DOWNLOAD, lambda: dingtalk.download(code, robot, limit_bytes=MOST_FILE_BYTES))

    return build_steps(
        store=store,
        queue=TaskQueue(client, signer),
        reader=MeteredReader(reader=ReaderPool(engine, reading), meter=metrics),
        turns=Turns(places=reading.files, share=max(_LEAST_SHARE, reading.parallel // 2)),
        download=download,
        outbox=sender,
        short_messages=sender,
        cards=Cards(dingtalk, store.budgets, calls_per_second=calls),
        reactions=RobotReactions(dingtalk, store.budgets, calls_per_second=calls),
        clock=clock,
        step_ended=metrics.step_ended,
    )
