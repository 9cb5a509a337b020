-- Keeps something beside a request of the API, unless that was deleted meanwhile.
--
-- KEYS: 1 the request   2 the hash or list to add to
-- ARGV: 1 seconds to keep it, 0 for as long as the request   2 the value for a list, or pairs of a field and its value
-- Answer: 1 if it is kept

local request, beside = KEYS[1], KEYS[2]
local seconds = tonumber(ARGV[1])
local FIRST_FIELD = 2

if redis.call('EXISTS', request) == 0 then return 0 end
if #ARGV == FIRST_FIELD then
  redis.call('RPUSH', beside, ARGV[FIRST_FIELD])
else
  redis.call('HSET', beside, unpack(ARGV, FIRST_FIELD))
end
redis.call('EXPIRE', beside, seconds > 0 and seconds or redis.call('TTL', request))
return 1
