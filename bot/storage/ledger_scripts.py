"""How a task is opened and closed in one step each, whoever else is at it. Lua, for `bot.storage.ledger`."""

from typing import Final

from bot.storage.answer_order import JOIN, LEAVE

# KEYS: claim, task, ledger. ARGV: 1 the task, 2 when to look at it, 3 its id, 4 seconds that a task may be open,
# 5 its order, 6 the time, then what `bot.storage.earlier_tasks.to_keep` says: 7 conversation, 8 person,
# 9 attachments, 10 whether it is a command, 11 the name of the person's last task here, 12 seconds to remember it,
# 13 the name of the last task about the quoted message, 14 seconds to keep what was posted, 15… references.
# Returns 1 where the message is a first one.
CLAIM: Final = (
    JOIN
    + """
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then return 0 end
local id, posted = ARGV[3], 'ocrbot:posted:' .. ARGV[3]
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[2], id)
join(ARGV[5], id, ARGV[4])
local reads = ARGV[9] ~= ''
if reads then redis.call('HSET', posted, 'conversation', ARGV[7], 'attachments', ARGV[9]) end
for n = 15, #ARGV do
  local earlier = string.match(ARGV[n], '^posted:(.*)$') or redis.call('GET', 'ocrbot:' .. ARGV[n])
  if earlier and redis.call('HGET', 'ocrbot:posted:' .. earlier, 'conversation') == ARGV[7] then
    redis.call('SET', 'ocrbot:means:' .. id, earlier, 'EX', ARGV[4])
    if ARGV[10] == '0' then
      if not reads then redis.call('COPY', 'ocrbot:posted:' .. earlier, posted, 'REPLACE') end
      redis.call('HDEL', posted, 'answered')
      redis.call('HSET', posted, 'of', earlier)
      reads = true
    end
    break
  end
end
if not reads then return 1 end
redis.call('HSET', posted, 'person', ARGV[8])
redis.call('EXPIRE', posted, ARGV[14])
local newest = redis.call('ZREVRANGE', 'ocrbot:line', 0, 0, 'WITHSCORES')[2] or '0'
local came = string.format('%.6f', math.max(tonumber(ARGV[6]), tonumber(newest) + 0.00001))
redis.call('ZADD', 'ocrbot:line', came, id)
redis.call('EXPIRE', 'ocrbot:line', ARGV[4])
if ARGV[8] ~= '' then
  redis.call('ZADD', 'ocrbot:mine:' .. ARGV[8], came, id)
  redis.call('EXPIRE', 'ocrbot:mine:' .. ARGV[8], ARGV[4])
end
if ARGV[11] ~= '' then redis.call('SET', 'ocrbot:' .. ARGV[11], id, 'EX', ARGV[12]) end
if ARGV[13] ~= '' then redis.call('SET', 'ocrbot:' .. ARGV[13], id, 'EX', ARGV[14]) end
return 1
"""
)
# KEYS: ledger, then the task's outcomes and files. ARGV: 1 its id, 2 seconds to remember it, 3 the key of a set that
# notes it, 4 seconds to keep that set, 5 the key of the day's counts, 6 seconds to keep those, 7 whether the person
# got what was read, 8… names and numbers to count; of 'slowest' the largest stays. What is closed already is not
# counted again. Returns 1 where it was open.
CLOSE: Final = (
    LEAVE
    + """
local id = ARGV[1]
local open = redis.call('ZREM', KEYS[1], id)
leave(id)
if redis.call('EXISTS', 'ocrbot:note:' .. id) == 1 then
  redis.call('ZADD', 'ocrbot:notices', 'XX', '0', id)
else
  redis.call('ZREM', 'ocrbot:notices', id)
end
redis.call('ZREM', 'ocrbot:line', id)
local person = redis.call('HGET', 'ocrbot:posted:' .. id, 'person')
if person and person ~= '' then redis.call('ZREM', 'ocrbot:mine:' .. person, id) end
if tonumber(ARGV[2]) > 0 and redis.call('EXISTS', 'ocrbot:task:' .. id) == 1 then
  redis.call('RENAME', 'ocrbot:task:' .. id, 'ocrbot:past:' .. id)
  redis.call('EXPIRE', 'ocrbot:past:' .. id, ARGV[2])
  for n = 2, #KEYS do redis.call('EXPIRE', KEYS[n], ARGV[2]) end
elseif redis.call('EXISTS', 'ocrbot:past:' .. id) == 0 then
  redis.call('DEL', 'ocrbot:task:' .. id)
  for n = 2, #KEYS do redis.call('DEL', KEYS[n]) end
end
redis.call('DEL', 'ocrbot:progress:' .. id, 'ocrbot:seen:' .. id, 'ocrbot:means:' .. id)
if open == 0 then return 0 end
if ARGV[7] == '1' and person then redis.call('HSET', 'ocrbot:posted:' .. id, 'answered', '1') end
if ARGV[3] ~= '' then
  redis.call('SADD', ARGV[3], id)
  redis.call('EXPIRE', ARGV[3], ARGV[4])
end
for n = 8, #ARGV, 2 do
  if ARGV[n] ~= 'slowest' then
    redis.call('HINCRBYFLOAT', ARGV[5], ARGV[n], ARGV[n + 1])
  elseif tonumber(ARGV[n + 1]) > tonumber(redis.call('HGET', ARGV[5], 'slowest') or '0') then
    redis.call('HSET', ARGV[5], 'slowest', ARGV[n + 1])
  end
  redis.call('EXPIRE', ARGV[5], ARGV[6])
end
return 1
"""
)
# KEYS: what is kept, its task, what is remembered of that, the task's file. ARGV: 1 the bytes, 2 seconds to keep them,
# 3 seconds to keep the file yet, "" where that is what is kept. What comes of a task that was closed meanwhile lasts
# no longer than the rest of it, or is not kept at all.
KEEP: Final = """
local seconds = tonumber(ARGV[2])
if redis.call('EXISTS', KEYS[2]) == 0 then seconds = redis.call('TTL', KEYS[3]) end
if seconds > 0 then redis.call('SET', KEYS[1], ARGV[1], 'EX', seconds) end
if ARGV[3] ~= '' then redis.call('EXPIRE', KEYS[4], math.max(0, math.min(seconds, tonumber(ARGV[3])))) end
"""
