-- Enqueues the jobs of queues whose time has come, by Redis' clock, without reading what they hold, but whether
-- they go before those that wait.
--
-- KEYS: of each queue: its jobs of later times, its list
-- ARGV: 1 the prefix of jobs   2 how many of a queue to take at most   3 seconds ahead that no job waits: the clock was
--       set back
-- Answer: how many were taken off those of later times of the queue that had most, and how many queues have more

local queues = {}
for at, key in ipairs(KEYS) do
  if at % 2 == 1 then queues[#queues + 1] = { later = key } else queues[#queues].list = key end
end
local prefix, at_once, ahead = ARGV[1], ARGV[2], tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6

local function enqueue_due(queue)
  local due = redis.call('ZRANGE', queue.later, '-inf', now, 'BYSCORE', 'LIMIT', 0, at_once)
  if #due == 0 then due = redis.call('ZRANGE', queue.later, now + ahead, '+inf', 'BYSCORE', 'LIMIT', 0, at_once) end
  for _, id in ipairs(due) do
    redis.call('ZREM', queue.later, id)
    local job = prefix .. id
    if redis.call('TYPE', job).ok == 'hash' then
      redis.call('HSET', job, 'status', 'queued')
      redis.call(redis.call('HEXISTS', job, 'first') == 1 and 'LPUSH' or 'RPUSH', queue.list, id)
    end
  end
  return #due
end

local most, with_more = 0, 0
for _, queue in ipairs(queues) do
  most = math.max(most, enqueue_due(queue))
  with_more = with_more + redis.call('EXISTS', queue.later)
end
return { most, with_more }
