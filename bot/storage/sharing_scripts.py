"""How processes share what is scarce: calls, and the right to do something alone. Lua, for Redis."""

from typing import Final

# A sliding window: the stamps of the calls within it. Redis' own clock, so that all hosts agree.
TAKE: Final = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= limit then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return tostring(first[2] + window - now)
end
redis.call('ZADD', KEYS[1], now, string.format('%.6f', now) .. '-' .. redis.call('ZCARD', KEYS[1]))
redis.call('PEXPIRE', KEYS[1], math.ceil(window * 1000))
return '0'
"""
LEASE: Final = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
