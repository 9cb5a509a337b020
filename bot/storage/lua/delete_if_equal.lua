-- Deletes a string that is still what the caller knows: a lease that is the caller's, a token that failed.
--
-- KEYS: 1 the string
-- ARGV: 1 its value
-- Answer: 1 where it was deleted

local key = KEYS[1]
local value = ARGV[1]

if redis.call('GET', key) ~= value then return 0 end
return redis.call('DEL', key)
