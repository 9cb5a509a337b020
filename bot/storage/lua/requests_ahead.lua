-- Counts the tasks and requests that are read before a request: of each other client as many go first as of its own.
--
-- KEYS: 1 the line of its client   2 the clients' turns   3 the open tasks
-- ARGV: 1 its id   2 its client   3 the prefix of the clients' lines
-- Answer: how many

local line, turns, open = KEYS[1], KEYS[2], KEYS[3]
local id, client, prefix = ARGV[1], ARGV[2], ARGV[3]

local rank = redis.call('ZRANK', line, id)
if not rank then -- it is an open task by now
  return redis.call('ZRANK', open, id) or 0
end
local ahead = rank + redis.call('ZCARD', open)
for _, other in ipairs(redis.call('ZRANGE', turns, 0, -1)) do
  if other ~= client then
    ahead = ahead + math.min(rank + 1, redis.call('ZCARD', prefix .. other))
  end
end
return ahead
