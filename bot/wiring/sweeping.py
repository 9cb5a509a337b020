"""The sweeper of a process: where several run one, a lease lets one of them work."""

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.service.sweeper import Sweeper
from bot.storage.connection import RedisClock
from bot.storage.jobs.job_states import JobStates
from bot.storage.queue import TaskQueue
from bot.storage.store import Store

if TYPE_CHECKING:
    from redis import Redis


def sweeper_of(
    store: Store, queue: TaskQueue, client: "Redis", clock: RedisClock, on_started_over: Callable[[], None]
) -> Sweeper:
    """Return the sweeper of this process, which calls `on_started_over` for each task that it starts over."""
    name = f"{socket.gethostname()}-{os.getpid()}"
    return Sweeper(store, queue, JobStates(client), clock.now, name=name, on_started_over=on_started_over)
