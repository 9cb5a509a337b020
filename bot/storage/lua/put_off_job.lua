-- Has a job of RQ run again some seconds from now, by Redis' clock.
--
-- KEYS: 1 the job   2 its queue's jobs of later times
-- ARGV: 1 its id   2 after how many seconds
-- Answer: 1, or 0 if there is no such job

local job, later = KEYS[1], KEYS[2]
local id, seconds = ARGV[1], ARGV[2]

if redis.call('TYPE', job).ok ~= 'hash' then return 0 end
local time = redis.call('TIME')
redis.call('HSET', job, 'status', 'scheduled')
redis.call('HINCRBY', job, 'number_of_retries', 1)
redis.call('ZADD', later, time[1] + time[2] / 1e6 + seconds, id)
return 1
