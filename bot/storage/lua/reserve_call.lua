-- Gives a call its turn, by Redis' clock, so that all hosts agree. Turns are given in the order in which they are asked
-- for. Some calls in a window may go at once, the others follow evenly, and no window has more than its limit.
--
-- KEYS: 1 the turns of the calls in the last window, and those still to come
-- ARGV: 1 how many calls a window allows   2 its length in seconds   3 how many of them may go at once
--       4 the longest wait in seconds for which a turn is reserved
-- Answer: the seconds until the call's turn; beyond the longest wait nothing is reserved

local turns = KEYS[1]
local limit, window, burst, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local given = redis.call('ZCARD', turns)
if given >= burst then  -- some may be older
  redis.call('ZREMRANGEBYSCORE', turns, '-inf', now - window)
  given = redis.call('ZCARD', turns)
end
local last = tonumber(redis.call('ZRANGE', turns, -1, -1, 'WITHSCORES')[2] or '0')
local turn = now
if given >= burst or last > now then turn = math.max(turn, last + window / limit) end
if given >= limit then
  local leaving = redis.call('ZRANGE', turns, given - limit, given - limit, 'WITHSCORES')
  turn = math.max(turn, leaving[2] + window)
end
local wait = turn - now
if wait <= longest then
  redis.call('ZADD', turns, turn, string.format('%.6f', turn) .. '-' .. given)
  redis.call('PEXPIRE', turns, math.ceil((wait + window) * 1000))
end
return tostring(wait)
