-- Tells whose answer goes next in a conversation.
-- After functions/answer_order.lua.
--
-- KEYS: none; all are made of what is found
-- ARGV: 1 the conversation   2 seconds that an answer holds those behind it
--       3… the prefixes of the keys: place, order, ready, task
-- Answer: the id of the answer that goes next and '0'; or '' and for how many seconds the first one may yet hold the
--         others

local conversation, hold = ARGV[1], tonumber(ARGV[2])
local prefix = {place = ARGV[3], order = ARGV[4], ready = ARGV[5], task = ARGV[6]}

return next_answer(prefix, conversation, hold)
