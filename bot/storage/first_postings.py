"""Which invoices were posted before, by whom and when: claimed when read, confirmed when the answer was sent.

first:DIGEST  hash: task, index, at, nick, staff, posted and, once the answer was sent, done; kept for a year
seen:ID       hash of a task: the digests that its files were claimed by, to their indexes

A claim belongs to one file of one task, so that a step that is repeated finds its own. One whose task is over and
whose answer was never sent is void: whoever comes next is the first. Whoever quotes what somebody posted asks about
that posting and makes none, so a claim that comes from the same message is one's own.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain.checking.duplicates import Likeness
from bot.domain.document import FirstSeen
from bot.domain.task import Task

_OPEN_SECONDS = 26 * 3600  # as long as any task is tried for, at least
_KEPT_SECONDS = 365 * 24 * 3600

_STATE = """
local function state(key)
  local held = redis.call('HMGET', key, 'task', 'index', 'done', 'posted')
  if not held[1] then return 'free' end
  if held[1] == ARGV[1] then return held[2] == ARGV[2] and 'own' or 'taken' end
  if not held[3] and redis.call('EXISTS', 'ocrbot:task:' .. held[1]) == 0 then return 'free' end
  return ARGV[6] ~= '' and held[4] == ARGV[6] and 'own' or 'taken'
end
local function hold(key, seconds)
  redis.call('DEL', key)
  redis.call('HSET', key, 'task', ARGV[1], 'index', ARGV[2], 'at', ARGV[3], 'nick', ARGV[4], 'staff', ARGV[5],
    'posted', ARGV[6])
  redis.call('EXPIRE', key, seconds)
end
"""
_CLAIM = (
    _STATE
    + """
local first, place = false, 0
for n = 2, #KEYS do
  redis.call('HSET', KEYS[1], KEYS[n], ARGV[2])
  local found = state(KEYS[n])
  if found == 'free' then hold(KEYS[n], ARGV[7]) end
  if found == 'taken' and not first and ARGV[6 + n] == '1' then
    first, place = redis.call('HMGET', KEYS[n], 'task', 'index', 'at', 'nick', 'staff'), n - 2
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[7])
if first then table.insert(first, tostring(place)) end
return first
"""
)
_CONFIRM = (
    _STATE
    + """
for n = 1, #KEYS do
  local found = state(KEYS[n])
  if found == 'free' then hold(KEYS[n], ARGV[7]) end
  if found ~= 'taken' then
    redis.call('HSET', KEYS[n], 'done', '1')
    redis.call('EXPIRE', KEYS[n], ARGV[7])
  end
end
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One file of one message, and who posted it."""

    task: Task
    index: int

    @property
    def arguments(self) -> list[str | int | float]:
        """What the scripts keep of it."""
        recipient = self.task.recipient
        posted = "".join(one.posted for one in self.task.attachments[self.index : self.index + 1])
        return [self.task.id, self.index, repr(self.task.received_at), recipient.nick, recipient.staff_id, posted]


class FirstPostings:
    """Tells of each invoice whether it came before. Every claim is one step in Redis, whoever else claims."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = redis.register_script(_CLAIM)
        self._confirm = redis.register_script(_CONFIRM)

    def claim(self, posting: Posting, scope: str, likenesses: Sequence[Likeness]) -> FirstSeen | None:
        """Claim a paper by all its `likenesses`; return who has it already by one that decides, None where nobody."""
        found = cast(
            "list[bytes] | None",
            self._claim(
                keys=[seen_key(posting.task.id), *(_key(scope, likeness) for likeness in likenesses)],
                args=[*posting.arguments, _OPEN_SECONDS, *(int(likeness.decides) for likeness in likenesses)],
            ),
        )
        if not found:
            return None
        task, index, at, nick, staff, place = (part.decode() for part in found)
        return FirstSeen(
            task_id=task,
            index=int(index),
            at=float(at),
            nick=nick,
            staff_id=staff,
            match=likenesses[int(place)].match,
        )

    def confirm(self, task: Task, answered: Collection[int]) -> None:
        """Keep for a year what these of the task's files claimed: their answer was sent. One round trip a file."""
        claimed = cast("dict[bytes, bytes]", self._redis.hgetall(seen_key(task.id)))
        for index in answered:
            keys = [key for key, holder in claimed.items() if int(holder) == index]
            if keys:
                self._confirm(keys=keys, args=[*Posting(task=task, index=index).arguments, _KEPT_SECONDS])


def seen_key(task_id: str) -> str:
    """Return the key below which a task's claims are listed."""
    return f"ocrbot:seen:{task_id}"


def _key(scope: str, likeness: Likeness) -> str:
    return f"ocrbot:first:{hashlib.sha256(f'{scope} {likeness.digest}'.encode()).hexdigest()}"
