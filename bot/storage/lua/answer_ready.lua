-- Marks a task's answer as ready and returns which answer goes next in its conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are built from ids in Redis
-- ARGV: 1 the task's id   2 seconds for which a task may hold back the answers behind it   3 seconds to keep the mark
--       4… the prefixes of the keys: place, order, ready, task
-- Answer: the id of the task whose answer goes next and '0', the task itself if it has no place in an order; or '' and
--         the seconds for which the first task may still hold back the others

local id, hold, seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local prefix = {place = ARGV[4], order = ARGV[5], ready = ARGV[6], task = ARGV[7]}

local conversation = redis.call('GET', prefix.place .. id)
if not conversation or not redis.call('ZSCORE', prefix.order .. conversation, id) then return {id, '0'} end
local ready = prefix.ready .. conversation
redis.call('ZADD', ready, 'NX', now(), id)
redis.call('EXPIRE', ready, seconds)
return next_answer(prefix, conversation, hold)
