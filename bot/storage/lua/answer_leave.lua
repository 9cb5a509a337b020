-- Removes a task from the order of answers in its conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are built from ids in Redis
-- ARGV: 1 the task's id   2 the conversation   3… the prefixes of the keys: order, ready
-- Answer: 1 if it had a place

local id, conversation = ARGV[1], ARGV[2]
local prefix = {order = ARGV[3], ready = ARGV[4]}

return leave_order(prefix, conversation, id)
