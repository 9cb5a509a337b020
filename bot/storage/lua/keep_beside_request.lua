-- Keeps something beside a request of the API, unless that was deleted meanwhile.
--
-- KEYS: 1 the request   2 the hash or list to add to
-- ARGV: 1 seconds to keep it, 0 for as long as the request   2 the field, '' for a list   3 the value
-- Answer: 1 if it is kept

local request, beside = KEYS[1], KEYS[2]
local seconds, field, value = tonumber(ARGV[1]), ARGV[2], ARGV[3]

if redis.call('EXISTS', request) == 0 then return 0 end
if field == '' then redis.call('RPUSH', beside, value) else redis.call('HSET', beside, field, value) end
redis.call('EXPIRE', beside, seconds > 0 and seconds or redis.call('TTL', request))
return 1
