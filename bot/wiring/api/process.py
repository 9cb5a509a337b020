"""`ocrbot api`: serves the API for programs, and the page."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.api.callers import host_of, is_loopback
from bot.api.clients_known import KnownClients
from bot.api.parts import ApiParts
from bot.api.upload_room import UploadRoom
from bot.config.clients.live_clients import LiveClients
from bot.config.live import LiveConfig
from bot.config.settings import Settings
from bot.console.listening import require_free
from bot.domain.errors import Misconfigured
from bot.domain.limits import MEGABYTE
from bot.domain.organisation import Organisation
from bot.domain.problems import Problem
from bot.service.background import Background, Work
from bot.service.feeder import Feeder
from bot.service.files_sweep import FilesSweep
from bot.service.room import StorageLimits, StorageRoom
from bot.service.serving import keep_time
from bot.service.webhook_watch import WebhookWatch
from bot.storage.connection import RedisClock, memory
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.queue import TaskQueue
from bot.storage.replicas.waiting import ReplicaWait
from bot.storage.requests.rates import Rates
from bot.storage.store import Store
from bot.telemetry.api_metrics import ApiMetrics
from bot.telemetry.health import HealthChecks, LoopWatch
from bot.wiring.api.admin import admin_parts
from bot.wiring.api.page_sign_in import page_visitors
from bot.wiring.api.server import serve, server_of
from bot.wiring.clients import clients_folder
from bot.wiring.engines import remote_engine
from bot.wiring.files import files_outside_redis
from bot.wiring.redis import job_signer, redis
from bot.wiring.sweeping import sweeper_of
from bot.wiring.telemetry import redis_check
from workers.exports.by_format import make

if TYPE_CHECKING:
    from redis import Redis

_log = structlog.get_logger("ocrbot.api")


def run(loaded: Settings) -> int:
    """Serve until a signal to stop; raises `Misconfigured`."""
    listen = loaded.api.listen
    client, metrics = redis(loaded), ApiMetrics()
    live = LiveClients(clients_folder(loaded), metrics.reload)
    clients = KnownClients(live.current, on_loopback=is_loopback(host_of(listen)))
    _require_clients(listen, clients, live)
    require_free(listen, "OCRBOT_API__LISTEN")
    config = LiveConfig(loaded.config_dir, _no_notice, metrics.reload)
    clock, loop = RedisClock(client), LoopWatch()
    store, sweep = _store(loaded, client)
    room = _room(loaded, client, sweep)
    queue = TaskQueue(client, job_signer(loaded))
    webhooks = WebhookQueue(events=store.webhook_events, jobs=queue, clock=clock.now)
    feeder = Feeder(store, queue, clock.now, webhooks=webhooks)
    works: dict[str, Work] = {
        "feeder": feeder.run,
        "webhooks": WebhookWatch(webhooks).run,  # admins are told by the bot
        "sweeper": sweeper_of(store, queue, client, clock, metrics.started_over).run,  # beside a bot one of them works
        "clock": partial(keep_time, clock.ask),
        "clients": live.run,
        "configuration": config.run,
        "room": room.run,
        "event loop": loop.run,
        **({} if sweep is None else {"files": sweep.run}),
    }
    background = Background(works, metrics.background_failed)
    visitors = page_visitors(loaded, client, clients, lambda: config.current().organisation, clock.now)
    parts = ApiParts(
        requests=store.requests,
        rates=Rates(client),
        clients=clients,
        config=config.current,
        clock=clock.now,
        health=_health(client, loop, background),
        metrics=metrics,
        export=make,
        engine=remote_engine(loaded).name,
        uploads=UploadRoom(loaded.api.upload_mb * MEGABYTE),
        is_full=lambda: room.is_full,
        most_waiting=loaded.api.most_waiting,
        wake=feeder.wake,
        wait=ReplicaWait(replicas=loaded.redis.wait_for, seconds=loaded.redis.wait_seconds),
        admin=admin_parts(loaded, client, store, config.current, clock.now, clients.all),
        signed_in=visitors.client,
        who=visitors.who,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # a failed request is logged where it is answered
    asyncio.run(serve(server_of(parts, visitors, listen), background))
    return 0


def _store(loaded: Settings, client: "Redis") -> tuple[Store, FilesSweep | None]:
    """Return what is in Redis, and what sweeps files that are kept elsewhere, if they are."""
    outside = files_outside_redis(loaded, client)
    return Store(client, outside or FILES_IN_REDIS), FilesSweep(outside.sweep) if outside is not None else None


def _health(client: "Redis", loop: LoopWatch, background: Background) -> HealthChecks:
    return HealthChecks(
        live={"event loop": loop.wrong},
        ready={"redis": partial(redis_check, client), "background": lambda: ", ".join(background.failing)},
    )


def _room(loaded: Settings, client: "Redis", sweep: FilesSweep | None) -> StorageRoom:
    limits = StorageLimits(memory_bytes=loaded.redis.most_mb * MEGABYTE, messages_of_person=0)
    return StorageRoom(
        limits, partial(memory, client), lambda _person: 0, files_full=lambda: sweep is not None and sweep.full
    )


async def _no_notice(organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
    """Send nothing: the bot, which has the same files, tells the admins."""


def _require_clients(listen: str, clients: KnownClients, live: LiveClients) -> None:
    if not is_loopback(host_of(listen)) and not live.current():
        raise Misconfigured(
            f"OCRBOT_API__LISTEN is {listen}, which other machines may reach, but no client is configured: make one "
            "with `ocrbot api clients new NAME`, or listen on 127.0.0.1"
        )
    if clients.is_open:
        _log.warning(
            "no client is configured: only this machine is served, without a token", mend="ocrbot api clients new NAME"
        )
