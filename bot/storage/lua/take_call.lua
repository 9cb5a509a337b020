-- Takes one of the calls that a budget allows in any window of time, by Redis' clock, so that all hosts agree.
--
-- KEYS: 1 the times of the calls in the last window
-- ARGV: 1 how many calls a window allows   2 its length in seconds
-- Answer: '0', or the seconds until a call is free

local calls = KEYS[1]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local made = redis.call('ZCARD', calls)
if made >= limit then  -- some may be older
  redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
  made = redis.call('ZCARD', calls)
end
if made >= limit then
  local first = redis.call('ZRANGE', calls, 0, 0, 'WITHSCORES')
  return tostring(first[2] + window - now)
end
redis.call('ZADD', calls, now, string.format('%.6f', now) .. '-' .. made)
redis.call('PEXPIRE', calls, math.ceil(window * 1000))
return '0'
