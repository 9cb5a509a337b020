"""`ocrbot bot`: takes messages from DingTalk into Redis, and watches over the open tasks."""

import asyncio
import os
import socket
from functools import partial
from typing import TYPE_CHECKING

from bot.config.admin_notice import AdminNotice
from bot.config.live import LiveConfig
from bot.config.settings import Settings
from bot.console.listening import cannot_listen
from bot.domain.limits import MEGABYTE
from bot.service.background import Background, Work
from bot.service.frames import Frames
from bot.service.intake import Claims, Intake
from bot.service.metrics import Metrics
from bot.service.notices import Notices
from bot.service.room import StorageLimits, StorageRoom
from bot.service.serving import keep_time, serve, until_redis_answers
from bot.service.sweeper import Sweeper
from bot.storage.connection import RedisClock, answers, memory
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.queue import JobStates, TaskQueue
from bot.storage.store import Store
from bot.wiring.dingtalk import credentials
from bot.wiring.redis import job_signer, redis
from bot.wiring.stream import stream

if TYPE_CHECKING:
    from redis import Redis


def run(loaded: Settings) -> int:
    """Serve until a signal to stop; raises `Misconfigured`."""
    client_id, _secret = credentials(loaded)
    client = redis(loaded)
    redis_answers = partial(answers, client)
    access: dict[str, Work] = {} if redis_answers() else {"access": partial(until_redis_answers, redis_answers)}
    clock = RedisClock(client)
    store, queue = Store(client), TaskQueue(client, job_signer(loaded))
    claims, metrics = Claims(store.ledger, queue, clock.now), Metrics(store.ledger, queue)
    frames = Frames(LastFrame(client).note, clock.now)
    metrics.last_frame(lambda: frames.at)
    # A robot's code is its app's id, except for robots created long ago.
    notice = AdminNotice(claims.claim, robot_code=client_id, clock=clock.now)
    config = LiveConfig(loaded.config_dir, notice, metrics.reload)
    room = _room(loaded, client, store)
    intake = Intake(claims, config.current, clock.now, metrics.message, config.reload, admitted=room.admitted)
    messages = stream(loaded, intake.handle, frames.came)
    sweeper = Sweeper(store, queue, JobStates(client), clock.now, name=f"{socket.gethostname()}-{os.getpid()}")
    notices = Notices(store.receipts, queue, clock.now)
    works: dict[str, Work] = {
        "clock": partial(keep_time, clock.ask),
        "claims": claims.run,
        "sweeper": sweeper.run,
        "notices": notices.run,
        "configuration": config.run,
        "frames": frames.run,
        "room": room.run,
    }
    background = Background({**works, **access}, metrics.background_failed)
    metrics.failing_works(lambda: background.failing)
    if loaded.metrics.listen:
        _serve(metrics, loaded.metrics.listen)
    asyncio.run(serve(messages, background))
    return 0


def _room(loaded: Settings, client: "Redis", store: Store) -> StorageRoom:
    limits = StorageLimits(
        memory_bytes=loaded.redis.most_mb * MEGABYTE, messages_of_person=loaded.redis.messages_a_person
    )
    return StorageRoom(limits, partial(memory, client), store.ledger.open_of_person)


def _serve(metrics: Metrics, listen: str) -> None:
    try:
        metrics.serve(listen)
    except (OSError, OverflowError) as error:
        raise cannot_listen(listen, "OCRBOT_METRICS__LISTEN", error) from error
