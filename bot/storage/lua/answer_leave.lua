-- Takes a task's place in the order of answers from it.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are made of what is found
-- ARGV: 1 the task's id   2… the prefixes of the keys: place, order, ready
-- Answer: 1 where it had a place

local id = ARGV[1]
local prefix = {place = ARGV[2], order = ARGV[3], ready = ARGV[4]}

return leave_order(prefix, id)
