-- Takes the tasks whose receipt is due for a check and schedules the next one, so that a check whose process dies is
-- repeated, and each task is taken by one of several bots.
--
-- KEYS: 1 the receipts that are due
-- ARGV: 1 Unix seconds now   2 Unix seconds of their next check   3 how many to take
-- Answer: their tasks' ids, and how many receipts are planned

local due = KEYS[1]
local now, next_check, limit = ARGV[1], ARGV[2], ARGV[3]

local ids = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
for _, id in ipairs(ids) do redis.call('ZADD', due, next_check, id) end
return {ids, redis.call('ZCARD', due)}
