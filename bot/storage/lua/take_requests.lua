-- Takes the requests of the API whose turn it is, one of each client in turn, until so many are begun.
--
-- KEYS: 1 the clients' turns   2 the requests that are begun
-- ARGV: 1 the most that may be begun   2 Unix seconds now   3 seconds to keep those that are begun
--       4 the prefix of lines   5 the prefix of their tasks
-- Answer: for each the id and the task's payload, '' if that is gone

local turns, begun = KEYS[1], KEYS[2]
local most, now, seconds = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local line_prefix, task_prefix = ARGV[4], ARGV[5]

local answer = {}
local room = most - redis.call('ZCARD', begun)
while room > 0 do
  local client = redis.call('ZRANGE', turns, 0, 0)[1]
  if not client then break end
  local line = line_prefix .. client
  local id = redis.call('ZPOPMIN', line)[1]
  if id then
    redis.call('ZADD', begun, now, id)
    redis.call('EXPIRE', begun, seconds)
    table.insert(answer, id)
    table.insert(answer, redis.call('GET', task_prefix .. id) or '')
    room = room - 1
  end
  if redis.call('EXISTS', line) == 0 then
    redis.call('ZREM', turns, client)
  else
    local last = tonumber(redis.call('ZREVRANGE', turns, 0, 0, 'WITHSCORES')[2])
    redis.call('ZADD', turns, last + 1, client)
  end
end
return answer
