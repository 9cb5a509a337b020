-- Takes what is due for a look and schedules the next one, so that a look whose process dies is repeated, and each is
-- taken by one of several bots.
--
-- KEYS: 1 what is looked at, scored by when
-- ARGV: 1 Unix seconds now   2 Unix seconds of their next look   3 how many to take
-- Answer: what is due, and how many are planned, due or later

local due = KEYS[1]
local now, next_look, limit = ARGV[1], ARGV[2], ARGV[3]

local ids = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
for _, id in ipairs(ids) do redis.call('ZADD', due, next_look, id) end
return {ids, redis.call('ZCARD', due)}
