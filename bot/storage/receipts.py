"""Which tasks get word that they take longer, which got it, and what still hangs on them.

notices         sorted set of tasks to look at, by when: one that may need a receipt, or whose card is to be ended
note:ID         hash: the Note of a receipt that was given, its Ending, failed:WHAT: how often that failed
pace:ENGINE     list of the seconds that recent readings took
refused:MODE    DingTalk refuses cards, streaming into them, or reactions: not tried for a while; told:MODE: logged
calls:YYYY-MM   API calls that cards used in a month
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import structlog

from bot.domain import wire
from bot.domain.china import CHINA
from bot.domain.errors import Undecodable
from bot.domain.receipt import Ending, Note, Receipt
from bot.domain.task import Task

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import Pipeline

_AGAIN_SECONDS = 20.0  # a look that came to nothing is repeated
_PACE_SECONDS = 3600
_PACES = 50
_REFUSED_SECONDS = 600
_TOLD_SECONDS = 24 * 3600
_MONTH_SECONDS = 32 * 24 * 3600

_log = structlog.get_logger("ocrbot.notices")

# Takes what is due and puts it off, so that a look whose process dies is repeated, and two bots take it once.
_DUE = """
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], ARGV[2], id) end
return ids
"""
_SPEND = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
# Only where a note is: one that was forgotten does not come back.
_SET = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A note as it stands: with the ending that was settled on, None while the task is open."""

    note: Note
    ending: Ending | None = None


class Receipts:
    """What Redis knows of receipts. Every method is one round trip."""

    def __init__(self, redis: "Redis", *, seconds: int) -> None:
        self._redis = redis
        self._kept_seconds = seconds  # as long as a task is open, at least
        self._due = redis.register_script(_DUE)
        self._spend = redis.register_script(_SPEND)
        self._set = redis.register_script(_SET)

    # -- when to look

    def plan(self, tasks: Iterable[Task], *, now: float, client: "Pipeline") -> None:
        """Have tasks that are read looked at when an answer takes longer than it may without a receipt.

        One that was answered before is dropped then.
        """
        times = {task.id: now + task.receipt.after_seconds for task in tasks if _needs_receipt(task)}
        if times:
            client.zadd("ocrbot:notices", times, nx=True)
            client.expire("ocrbot:notices", self._kept_seconds)

    def due(self, *, now: float, limit: int = 100) -> list[str]:
        """Take the tasks to look at; each comes again in 20 s unless it is dropped or put off."""
        ids = cast("list[bytes]", self._due(keys=["ocrbot:notices"], args=[now, now + _AGAIN_SECONDS, limit]))
        return [task_id.decode() for task_id in ids]

    def look(self, task_id: str, *, at: float) -> None:
        """Look at a task then; one that need not be looked at any more is left alone."""
        self._redis.zadd("ocrbot:notices", {task_id: at}, xx=True)

    def drop(self, task_id: str) -> None:
        """Look at a task no more."""
        self._redis.zrem("ocrbot:notices", task_id)

    # -- what was given

    def begin(self, note: Note) -> bool:
        """Write a receipt down before it is given; False where one was given, or begun, before."""
        key = f"ocrbot:note:{note.task_id}"
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(key, "note", wire.encode(note))
            pipe.expire(key, self._kept_seconds)
            return bool(pipe.execute()[0])

    def become(self, note: Note) -> None:
        """Put another note in its place: what was begun came to something else."""
        self._set(keys=[f"ocrbot:note:{note.task_id}"], args=["note", wire.encode(note)])

    def noted(self, task_id: str) -> Noted | None:
        """Return the receipt that a task was given, None where it had none or it cannot be read."""
        found = cast("dict[bytes, bytes]", self._redis.hgetall(f"ocrbot:note:{task_id}"))
        if b"note" not in found:
            return None
        ending = found.get(b"ending")
        try:
            note = wire.decode(Note, found[b"note"])
            return Noted(note=note, ending=wire.decode(Ending, ending) if ending is not None else None)
        except Undecodable as error:  # another version's: no answer shall be lost by it
            _log.error("receipt unreadable", task=task_id, error=str(error))
            return None

    def settle(self, task_id: str, ending: Ending) -> None:
        """Write down what a card shows at last, where there is one."""
        self._set(keys=[f"ocrbot:note:{task_id}"], args=["ending", wire.encode(ending)])

    def failed(self, task_id: str, what: str) -> int:
        """Count a failure to do `what` with a card or a reaction; return how many that makes."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(f"ocrbot:note:{task_id}", f"failed:{what}", 1)
            pipe.expire(f"ocrbot:note:{task_id}", self._kept_seconds)
            return int(pipe.execute()[0])

    # -- how long it takes

    def measured(self, engine: str, seconds: float) -> None:
        """Keep how long an engine took for a file."""
        key = f"ocrbot:pace:{engine}"
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.lpush(key, f"{seconds:.3f}")
            pipe.ltrim(key, 0, _PACES - 1)
            pipe.expire(key, _PACE_SECONDS)
            pipe.execute()

    def pace(self, engine: str) -> tuple[float, ...]:
        """Return the seconds that an engine's last readings took, none where there were none within the hour."""
        return tuple(float(seconds) for seconds in self._redis.lrange(f"ocrbot:pace:{engine}", 0, -1))

    # -- what DingTalk takes

    def refuse(self, mode: str) -> bool:
        """Do without `mode`, a kind of receipts or "streaming", for ten minutes; tell whether to log it: once a day."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(f"ocrbot:refused:{mode}", "1", ex=_REFUSED_SECONDS)
            pipe.set(f"ocrbot:told:{mode}", "1", ex=_TOLD_SECONDS, nx=True)
            return bool(pipe.execute()[1])

    def refused(self, mode: str) -> bool:
        """Tell whether DingTalk refused `mode` lately."""
        return bool(self._redis.exists(f"ocrbot:refused:{mode}"))

    def spend(self, calls: int, *, most: int, now: float) -> bool:
        """Take `calls` of a month's `most` for cards; False where that is more than are left."""
        month = datetime.fromtimestamp(now, CHINA).strftime("%Y-%m")
        return bool(self._spend(keys=[f"ocrbot:calls:{month}"], args=[calls, most, _MONTH_SECONDS]))


def _needs_receipt(task: Task) -> bool:
    return task.fetches and task.receipt.mode is not Receipt.OFF
