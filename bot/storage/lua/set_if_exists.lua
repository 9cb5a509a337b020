-- Sets a field of a hash if the hash exists, so that an expired one does not come back.
--
-- KEYS: 1 the hash
-- ARGV: 1 the field   2 its value
-- Answer: nothing

local hash = KEYS[1]
local field, value = ARGV[1], ARGV[2]

if redis.call('EXISTS', hash) == 1 then redis.call('HSET', hash, field, value) end
