-- Takes the tasks whose receipt is due and puts them off, so that a look whose process dies is repeated, and of two
-- bots one takes each.
--
-- KEYS: 1 the receipts that are due
-- ARGV: 1 Unix seconds now   2 when to look at them again   3 how many to take
-- Answer: their tasks' ids

local due = KEYS[1]
local now, next_look, limit = ARGV[1], ARGV[2], ARGV[3]

local ids = redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
for _, id in ipairs(ids) do redis.call('ZADD', due, next_look, id) end
return ids
