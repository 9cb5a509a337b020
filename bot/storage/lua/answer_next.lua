-- Returns which answer goes next in a conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are built from ids in Redis
-- ARGV: 1 the conversation   2 seconds for which a task may hold back the answers behind it
--       3… the prefixes of the keys: order, ready, task
-- Answer: the id of the task whose answer goes next and '0'; or '' and the seconds for which the first task may still
--         hold back the others

local conversation, hold = ARGV[1], tonumber(ARGV[2])
local prefix = {order = ARGV[3], ready = ARGV[4], task = ARGV[5]}

return next_answer(prefix, conversation, hold)
