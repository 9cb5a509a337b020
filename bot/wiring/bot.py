"""`ocrbot bot`: takes messages from DingTalk into Redis, and watches over the open tasks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.config.admin_notice import AdminNotice
from bot.config.live import LiveConfig
from bot.config.settings import Settings
from bot.dingtalk.stream import Stream
from bot.domain.limits import MEGABYTE
from bot.memory import give_back_freed_memory
from bot.service.background import Background, Work
from bot.service.files_sweep import FilesSweep
from bot.service.frames import Frames
from bot.service.intake import Claims, Intake
from bot.service.notices import Notices
from bot.service.room import StorageLimits, StorageRoom
from bot.service.serving import keep_time, serve, until_redis_answers
from bot.service.sweeper import Sweeper
from bot.service.webhook_watch import WebhookWatch
from bot.storage.connection import RedisClock, answers, memory
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.jobs.backlog import BacklogReader
from bot.storage.jobs.webhook_events import GivenUp
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.queue import TaskQueue
from bot.storage.replicas.waiting import ReplicaWait
from bot.storage.store import Store
from bot.telemetry.bot_metrics import BotMetrics
from bot.telemetry.health import HealthChecks, LoopWatch
from bot.wiring.dingtalk import credentials
from bot.wiring.files import files_outside_redis
from bot.wiring.redis import job_signer, redis
from bot.wiring.stream import stream
from bot.wiring.sweeping import sweeper_of
from bot.wiring.telemetry import exposition, redis_check, tracing

if TYPE_CHECKING:
    from redis import Redis


_SILENT_SECONDS: Final = 60.0  # for which a sweep may take or Redis may be away, before the bot counts as ill
_UNCONNECTED_SECONDS: Final = 30.0  # a new connection takes a few


def run(loaded: Settings) -> int:
    """Serve until a signal to stop; raises `Misconfigured`."""
    client_id, _secret = credentials(loaded)
    client = redis(loaded)
    redis_answers = partial(answers, client)
    access: dict[str, Work] = {} if redis_answers() else {"access": partial(until_redis_answers, redis_answers)}
    clock = RedisClock(client)
    store, queue = Store(client), TaskQueue(client, job_signer(loaded))
    wait = ReplicaWait(replicas=loaded.redis.wait_for, seconds=loaded.redis.wait_seconds)
    claims, metrics = Claims(store.ledger, queue, clock.now, wait), BotMetrics(BacklogReader(client))
    frames = Frames(LastFrame(client).note, clock.now)
    # A robot's code is its app's id, except for robots created long ago.
    notice = AdminNotice(claims.write, robot_code=client_id, clock=clock.now)
    config = LiveConfig(loaded.config_dir, notice, metrics.reload)
    notices = Notices(store.receipts, queue, clock.now)
    webhooks = _webhooks(store, queue, clock, notice, config)

    def count(result: str) -> None:
        metrics.message(result)
        notices.wake()

    outside = files_outside_redis(loaded, client)
    sweep = FilesSweep(outside.sweep) if outside is not None else None
    room, traces = _room(loaded, client, store, sweep), tracing(loaded, "bot")
    intake = Intake(claims, config.current, clock.now, count, config.reload, admitted=room.admitted, tracing=traces)
    messages = stream(loaded, intake.handle, frames.came)
    sweeper = sweeper_of(store, queue, client, clock, metrics.started_over)
    loop = LoopWatch()
    works: dict[str, Work] = {
        "clock": partial(keep_time, clock.ask),
        "claims": claims.run,
        "sweeper": sweeper.run,
        "notices": notices.run,
        "webhooks": webhooks.run,
        "configuration": config.run,
        "frames": frames.run,
        "room": room.run,
        "event loop": loop.run,
    }
    files: dict[str, Work] = {} if sweep is None else {"files": sweep.run}
    background = Background({**works, **files, **access}, metrics.background_failed)
    shown = _Shown(frames=frames, stream=messages, sweeper=sweeper, loop=loop, background=background, redis=client)
    _show(loaded, metrics, shown, clock.now)
    traces.start()
    give_back_freed_memory()
    try:
        asyncio.run(serve(messages, background))
    finally:
        traces.stop()
    return 0


def _room(loaded: Settings, client: "Redis", store: Store, sweep: FilesSweep | None) -> StorageRoom:
    limits = StorageLimits(
        memory_bytes=loaded.redis.most_mb * MEGABYTE, messages_of_person=loaded.redis.messages_a_person
    )
    return StorageRoom(
        limits,
        partial(memory, client),
        store.ledger.open_of_person,
        files_full=lambda: sweep is not None and sweep.full,
    )


def _webhooks(
    store: Store, queue: TaskQueue, clock: RedisClock, notice: AdminNotice, config: LiveConfig
) -> WebhookWatch:
    async def tell_admins(given_up: GivenUp) -> None:
        webhook = f"{given_up.client}/{given_up.webhook}"
        await notice.webhook_given_up(config.current().organisation, webhook, given_up.events, given_up.said)

    return WebhookWatch(WebhookQueue(events=store.webhook_events, jobs=queue, clock=clock.now), tell_admins)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The parts whose state operators see."""

    frames: Frames
    stream: Stream
    sweeper: Sweeper
    loop: LoopWatch
    background: Background
    redis: "Redis"


def _show(loaded: Settings, metrics: BotMetrics, parts: _Shown, clock: Callable[[], float]) -> None:
    """Serve metrics and health, if the settings name an address for them."""
    metrics.last_frame(lambda: parts.frames.at)
    metrics.connected(lambda: not parts.stream.seconds_unconnected)
    metrics.last_sweep(lambda: parts.sweeper.swept_at)
    metrics.failing_works(lambda: parts.background.failing)
    health = HealthChecks(
        live={"event loop": parts.loop.wrong},
        ready={
            "redis": partial(redis_check, parts.redis),
            "dingtalk": partial(_unconnected, parts.stream),
            "sweeper": partial(_not_swept, parts.sweeper, clock, since=clock()),
            "background": lambda: ", ".join(parts.background.failing),
        },
    )
    shown = exposition(loaded.metrics.listen, "OCRBOT_METRICS__LISTEN", metrics.registry, health)
    if shown is not None:
        shown.start()


def _unconnected(stream: Stream) -> str:
    seconds = stream.seconds_unconnected
    return f"no connection for {seconds:.0f} s" if seconds > _UNCONNECTED_SECONDS else ""


def _not_swept(sweeper: Sweeper, clock: Callable[[], float], since: float) -> str:
    seconds = clock() - max(sweeper.swept_at, since)
    return f"open tasks were not checked for {seconds:.0f} s" if seconds > _SILENT_SECONDS else ""
