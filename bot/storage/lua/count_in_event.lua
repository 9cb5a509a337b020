-- Counts something of an event that is still known: one of a request that was deleted meanwhile does not come back.
--
-- KEYS: 1 the event
-- ARGV: 1 the field   2 seconds to keep the event
-- Answer: the new count, 0 if it is not known

local event = KEYS[1]
local field, seconds = ARGV[1], ARGV[2]

if redis.call('EXISTS', event) == 0 then return 0 end
redis.call('EXPIRE', event, seconds)
return redis.call('HINCRBY', event, field, 1)
