-- Takes some of a month's calls, all of them or none.
--
-- KEYS: 1 the calls that the month has used
-- ARGV: 1 how many to take   2 how many the month allows   3 seconds to keep the number
-- Answer: 1, or 0 if fewer are left

local used = KEYS[1]
local calls, most, seconds = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

if tonumber(redis.call('GET', used) or '0') + calls > most then return 0 end
redis.call('INCRBY', used, calls)
redis.call('EXPIRE', used, seconds)
return 1
