"""`ocrbot worker`: the steps with DingTalk, Redis and the engine."""

import time
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.dingtalk.api import DOWNLOAD
from bot.dingtalk.cards import Cards
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.message import Attachment, Recipient
from bot.storage.queue import QUEUES, TaskQueue
from bot.storage.store import Store
from bot.storage.tokens import RedisTokens
from bot.wiring.dingtalk import api, credentials
from bot.wiring.engines import remote_engine
from bot.wiring.redis import redis
from workers.entry import Supervisor, worker_counts
from workers.steps.wiring import Steps, build_steps

if TYPE_CHECKING:
    from redis import Redis


def run(loaded: Settings, *, queues: str) -> int:
    """Work on these comma-separated queues, on all if it is "", until a signal to stop; raises `Misconfigured`."""
    counts = worker_counts(queues or ",".join(QUEUES), loaded.worker.concurrency)
    client = redis(loaded)
    Supervisor(counts, client, _steps(loaded, client)).run()
    return 0


def _steps(loaded: Settings, client: "Redis") -> Steps:
    """Build the steps with DingTalk, Redis and the engine."""
    client_id, _secret = credentials(loaded)
    store, dingtalk = Store(client), api(loaded, RedisTokens(client, client_id))
    calls = loaded.dingtalk.calls_per_second
    sender = Sender(
        dingtalk, store.budgets, clock=time.time, calls_per_second=calls, on_sent=store.earlier_tasks.remember_sent
    )

    def download(attachment: Attachment, recipient: Recipient) -> bytes:
        code, robot = attachment.download_code, recipient.robot_code
        return sender.pacing.in_turn(DOWNLOAD, lambda: dingtalk.download(code, robot, limit_bytes=MOST_FILE_BYTES))

    return build_steps(
        store=store,
        queue=TaskQueue(client),
        engine=remote_engine(loaded, client),
        download=download,
        outbox=sender,
        short_messages=sender,
        cards=Cards(dingtalk, store.budgets, calls_per_second=calls),
        reactions=RobotReactions(dingtalk, store.budgets, calls_per_second=calls),
        clock=time.time,
    )
