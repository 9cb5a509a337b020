-- Marks a task's answer as ready and returns which answer goes next in its conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are built from ids in Redis
-- ARGV: 1 the task's id   2 the conversation   3 seconds for which a task may hold back the answers behind it
--       4 seconds to keep the mark   5… the prefixes of the keys: order, ready, task
-- Answer: the id of the task whose answer goes next and '0', the task itself if it has no place in the order; or '' and
--         the seconds for which the first task may still hold back the others

local id, conversation, hold, seconds = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local prefix = {order = ARGV[5], ready = ARGV[6], task = ARGV[7]}

local order, ready = prefix.order .. conversation, prefix.ready .. conversation
local is_first = redis.call('ZRANGE', order, 0, 0)[1] == id
if not is_first and not redis.call('ZSCORE', order, id) then return {id, '0'} end
redis.call('ZADD', ready, 'NX', now(), id)
redis.call('EXPIRE', ready, seconds)
if is_first then return {id, '0'} end
return next_answer(prefix, conversation, hold)
