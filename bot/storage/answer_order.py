"""Whose answer goes next in a conversation: in the order in which the messages were taken, unless one takes long.

turn:ID              the conversation in whose order a task stands
order:CONVERSATION   sorted set of the tasks that stand there, by when they were taken
ready:CONVERSATION   sorted set of those whose answer can be sent, by since when

A task that stands nowhere waits for none, and none waits for it. Whoever makes room in an order, by an answer sent or
a task that steps aside, looks who is ready there afterwards; whoever becomes ready looks who is first afterwards. One
of the two sees the other, so nobody waits for a call that was made already.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bot.domain.task import RunCommand, Say, Task

if TYPE_CHECKING:
    from redis import Redis

HOLD_SECONDS = 20.0  # that an answer which is ready waits for those before it
MOST_FILES = 3  # of a message that others wait for

# Within the script that claims a task: KEYS none, ARGV as given there.
JOIN = """
local function join(conversation, id, seconds)
  if conversation == '' then return end
  local order = 'ocrbot:order:' .. conversation
  local last = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')
  redis.call('ZADD', order, (last[2] or 0) + 1, id)
  redis.call('EXPIRE', order, seconds)
  redis.call('SET', 'ocrbot:turn:' .. id, conversation, 'EX', seconds)
end
"""
LEAVE = """
local function leave(id)
  local conversation = redis.call('GET', 'ocrbot:turn:' .. id)
  if not conversation then return 0 end
  redis.call('DEL', 'ocrbot:turn:' .. id)
  redis.call('ZREM', 'ocrbot:ready:' .. conversation, id)
  return redis.call('ZREM', 'ocrbot:order:' .. conversation, id)
end
"""
# Returns the id of the answer that goes next, '' where none does, and then for how long the first one may yet hold
# those that wait. Tasks that are over, or have held the others for long enough, lose their places.
_NEXT = (
    LEAVE
    + """
local function following(conversation, hold)
  local order, ready = 'ocrbot:order:' .. conversation, 'ocrbot:ready:' .. conversation
  local time = redis.call('TIME')
  local now = time[1] + time[2] / 1e6
  while true do
    local first = redis.call('ZRANGE', order, 0, 0)[1]
    if not first then return {'', '0'} end
    local open = redis.call('EXISTS', 'ocrbot:task:' .. first) == 1
    if open and redis.call('ZSCORE', ready, first) then return {first, '0'} end
    local waits = redis.call('ZRANGE', ready, 0, 0, 'WITHSCORES')
    if open and not waits[1] then return {'', '0'} end
    local left = open and waits[2] + hold - now or 0
    if left > 0 then return {'', tostring(left)} end
    leave(first)
    redis.call('ZREM', order, first)
    redis.call('ZREM', ready, first)
  end
end
"""
)
_READY = (
    _NEXT
    + """
local conversation = redis.call('GET', 'ocrbot:turn:' .. ARGV[1])
if not conversation then return {ARGV[1], '0'} end
local time = redis.call('TIME')
local ready = 'ocrbot:ready:' .. conversation
redis.call('ZADD', ready, 'NX', time[1] + time[2] / 1e6, ARGV[1])
redis.call('EXPIRE', ready, ARGV[3])
return following(conversation, tonumber(ARGV[2]))
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose answer goes next: a task's id, or "" and for how many seconds the first may still hold the others."""

    task_id: str = ""
    wait: float = 0.0


class AnswerOrder:
    """The orders of all conversations. Every method is one step in Redis."""

    def __init__(self, redis: "Redis", *, seconds: int, hold: float = HOLD_SECONDS) -> None:
        self._redis = redis
        self._seconds = seconds  # that an order is kept
        self._hold = hold
        self._ready = redis.register_script(_READY)
        self._next = redis.register_script(f"{_NEXT} return following(ARGV[1], tonumber(ARGV[2]))")
        self._leave = redis.register_script(f"{LEAVE} return leave(ARGV[1])")

    def ready(self, task_id: str) -> Turn:
        """Say that a task's answer can be sent; return whose turn it is, the task's own where it stands nowhere."""
        return _turn(self._ready(args=[task_id, self._hold, self._seconds]))

    def next(self, conversation: str) -> Turn:
        """Return whose turn it is in a conversation."""
        return _turn(self._next(args=[conversation, self._hold]))

    def leave(self, task_id: str) -> bool:
        """Let a task stand nowhere; tell whether it stood somewhere."""
        return bool(self._leave(args=[task_id]))

    def waits(self, task_id: str) -> bool:
        """Tell whether a task's answer could be sent but for those before it."""
        conversation = cast("bytes | None", self._redis.get(f"ocrbot:turn:{task_id}"))
        if conversation is None:
            return False
        return self._redis.zscore(f"ocrbot:ready:{conversation.decode()}", task_id) is not None


def order_of(task: Task) -> str:
    """Return the conversation in whose order a task stands, "" where it neither waits nor is waited for.

    Help, refusals and what commands answer are of use at once or never; a message with many files takes long.
    """
    at_once = isinstance(task.content, Say | RunCommand)
    return "" if at_once or len(task.attachments) > MOST_FILES else task.recipient.conversation_id


def _turn(found: object) -> Turn:
    task_id, wait = cast("list[bytes]", found)
    return Turn(task_id=task_id.decode(), wait=float(wait))
