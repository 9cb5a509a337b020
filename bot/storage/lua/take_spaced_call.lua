-- Takes one of the calls that a budget allows in any window of time, by Redis' clock, so that all hosts agree. The first
-- calls of a window follow one another freely; after them, the fewer are left, the longer is the pause before the next.
--
-- KEYS: 1 the times of the calls in the last window
-- ARGV: 1 how many calls a window allows   2 its length in seconds   3 how many of them follow one another freely
-- Answer: '0', or the seconds until a call is free; and how many were left in the window before this one, at least

local calls = KEYS[1]
local limit, window, free = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local made = redis.call('ZCARD', calls)
if made >= free then  -- some may be older
  redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
  made = redis.call('ZCARD', calls)
end
local left = limit - made
local at = now
if left <= 0 then
  at = redis.call('ZRANGE', calls, 0, 0, 'WITHSCORES')[2] + window
elseif made >= free then
  at = redis.call('ZRANGE', calls, -1, -1, 'WITHSCORES')[2] + window / left ^ 2
end
if at > now then return {tostring(at - now), left} end
redis.call('ZADD', calls, now, string.format('%.6f', now) .. '-' .. made)
redis.call('PEXPIRE', calls, math.ceil(window * 1000))
return {'0', left}
