-- Notes that a task's answer can be sent, and tells whose goes next in its conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are made of what is found
-- ARGV: 1 the task's id   2 seconds that an answer holds those behind it   3 seconds to keep what is noted
--       4… the prefixes of the keys: place, order, ready, task
-- Answer: the id of the answer that goes next and '0', the task's own where it has no place in an order; or '' and
--         for how many seconds the first one may yet hold the others

local id, hold, seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local prefix = {place = ARGV[4], order = ARGV[5], ready = ARGV[6], task = ARGV[7]}

local conversation = redis.call('GET', prefix.place .. id)
if not conversation or not redis.call('ZSCORE', prefix.order .. conversation, id) then return {id, '0'} end
local ready = prefix.ready .. conversation
redis.call('ZADD', ready, 'NX', now(), id)
redis.call('EXPIRE', ready, seconds)
return next_answer(prefix, conversation, hold)
