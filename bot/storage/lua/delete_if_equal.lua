-- Deletes a string if it still has the value that the caller expects: its own lease, or a token that was refused.
--
-- KEYS: 1 the string
-- ARGV: 1 the expected value
-- Answer: 1 if it was deleted

local key = KEYS[1]
local value = ARGV[1]

if redis.call('GET', key) ~= value then return 0 end
return redis.call('DEL', key)
