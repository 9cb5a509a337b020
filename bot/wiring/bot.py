"""`ocrbot bot`: takes messages from DingTalk into Redis, and watches over the open tasks."""

import asyncio
import os
import socket
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.config.admin_notice import AdminNotice
from bot.config.live import LiveConfig
from bot.config.settings import Settings
from bot.dingtalk.stream import Stream
from bot.service.frames import Frames
from bot.service.intake import Claims, Intake
from bot.service.notices import Notices
from bot.service.serving import serve, until_redis_answers
from bot.service.sweeper import Sweeper
from bot.storage.connection import answers
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.jobs.backlog import BacklogReader
from bot.storage.queue import JobStates, TaskQueue
from bot.storage.store import Store
from bot.telemetry.bot_metrics import BotMetrics
from bot.telemetry.health import HealthChecks, LoopWatch
from bot.wiring.dingtalk import credentials
from bot.wiring.redis import redis
from bot.wiring.stream import stream
from bot.wiring.telemetry import exposition, redis_check

if TYPE_CHECKING:
    from redis import Redis


_SILENT_SECONDS: Final = 60.0  # for which a sweep may take or Redis may be away, before the bot counts as ill
_UNCONNECTED_SECONDS: Final = 30.0  # a new connection takes a few


def run(loaded: Settings) -> int:
    """Serve until a signal to stop; raises `Misconfigured`."""
    client_id, _secret = credentials(loaded)
    client = redis(loaded)
    redis_answers = partial(answers, client)
    access = () if redis_answers() else (until_redis_answers(redis_answers),)
    store, queue = Store(client), TaskQueue(client)
    claims, metrics = Claims(store.ledger, queue, time.time), BotMetrics(BacklogReader(client))
    frames = Frames(LastFrame(client).note, time.time)
    # A robot's code is its app's id, except for robots created long ago.
    notice = AdminNotice(claims.claim, robot_code=client_id, clock=time.time)
    config = LiveConfig(loaded.config_dir, notice, metrics.reload)
    notices = Notices(store.receipts, queue, time.time)

    def count(result: str) -> None:
        metrics.message(result)
        notices.wake()

    messages = stream(loaded, Intake(claims, config.current, time.time, count, config.reload).handle, frames.came)
    sweeper = Sweeper(
        store,
        queue,
        JobStates(client),
        time.time,
        name=f"{socket.gethostname()}-{os.getpid()}",
        on_started_over=metrics.started_over,
    )
    loop = LoopWatch()
    _show(loaded, metrics, _Shown(frames=frames, stream=messages, sweeper=sweeper, loop=loop, redis=client))
    background = (claims.run(), sweeper.run(), notices.run(), config.run(), frames.run(), loop.run())
    asyncio.run(serve(messages, *background, *access))
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The parts whose state operators see."""

    frames: Frames
    stream: Stream
    sweeper: Sweeper
    loop: LoopWatch
    redis: "Redis"


def _show(loaded: Settings, metrics: BotMetrics, parts: _Shown) -> None:
    """Serve metrics and health, if the settings name an address for them."""
    metrics.last_frame(lambda: parts.frames.at)
    metrics.connected(lambda: not parts.stream.seconds_unconnected)
    metrics.last_sweep(lambda: parts.sweeper.swept_at)
    health = HealthChecks(
        live={"event loop": parts.loop.wrong},
        ready={
            "redis": partial(redis_check, parts.redis),
            "dingtalk": partial(_unconnected, parts.stream),
            "sweeper": partial(_not_swept, parts.sweeper, since=time.time()),
        },
    )
    shown = exposition(loaded.metrics.listen, "OCRBOT_METRICS__LISTEN", metrics.registry, health)
    if shown is not None:
        shown.start()


def _unconnected(stream: Stream) -> str:
    seconds = stream.seconds_unconnected
    return f"no connection for {seconds:.0f} s" if seconds > _UNCONNECTED_SECONDS else ""


def _not_swept(sweeper: Sweeper, since: float) -> str:
    seconds = time.time() - max(sweeper.swept_at, since)
    return f"open tasks were not checked for {seconds:.0f} s" if seconds > _SILENT_SECONDS else ""
