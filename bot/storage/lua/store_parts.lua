-- Stores what tasks have in common. What would live longer already, does.
--
-- KEYS: the parts
-- ARGV: 1 seconds to keep them   2… the payload of each
-- Answer: nothing

local seconds = tonumber(ARGV[1])

for n, part in ipairs(KEYS) do
  redis.call('SET', part, ARGV[n + 1], 'EX', math.max(seconds, redis.call('TTL', part)))
end
