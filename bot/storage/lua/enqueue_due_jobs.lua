-- Enqueues the jobs of a queue whose time has come, by Redis' clock, without reading what they hold, but
-- whether they go before those that wait.
--
-- KEYS: 1 the queue's jobs of later times   2 the queue's list
-- ARGV: 1 the prefix of jobs   2 how many to take at most   3 seconds ahead that no job waits: the clock was set back
-- Answer: how many were taken off those of later times

local later, list = KEYS[1], KEYS[2]
local prefix, most, ahead = ARGV[1], ARGV[2], tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local due = redis.call('ZRANGE', later, '-inf', now, 'BYSCORE', 'LIMIT', 0, most)
if #due == 0 then due = redis.call('ZRANGE', later, now + ahead, '+inf', 'BYSCORE', 'LIMIT', 0, most) end
for _, id in ipairs(due) do
  redis.call('ZREM', later, id)
  local job = prefix .. id
  if redis.call('TYPE', job).ok == 'hash' then
    redis.call('HSET', job, 'status', 'queued')
    redis.call(redis.call('HEXISTS', job, 'first') == 1 and 'LPUSH' or 'RPUSH', list, id)
  end
end
return #due
