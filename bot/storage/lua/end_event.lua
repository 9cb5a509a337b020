-- Ends an event that is still known: one of a request that was deleted meanwhile does not come back.
--
-- KEYS: 1 the event   2 the events that are not delivered
-- ARGV: 1 its id   2 how it has ended   3 seconds to keep it
-- Answer: 1 if it is known

local event, due = KEYS[1], KEYS[2]
local id, how, seconds = ARGV[1], ARGV[2], ARGV[3]

redis.call('ZREM', due, id)
if redis.call('EXISTS', event) == 0 then return 0 end
redis.call('HSET', event, 'end', how)
redis.call('HDEL', event, 'body')
redis.call('EXPIRE', event, seconds)
return 1
