-- Removes a request of the API at once, wherever it stands: in its client's line, among those begun, in lists.
--
-- KEYS: 1 the request   2 the client's line   3 those that are begun   4 those to forget   5 its idempotency key, or the request
--       6… the indexes that it may stand in, then all that is kept of it
-- ARGV: 1 its id   2 how many indexes
-- Answer: 1 if it was there

local request, line, begun, forget, key = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, indexes = ARGV[1], tonumber(ARGV[2])
local FIRST_INDEX = 6

local was_there = redis.call('DEL', request)
redis.call('ZREM', line, id)
redis.call('ZREM', begun, id)
redis.call('ZREM', forget, id)
redis.call('DEL', key)
for n = FIRST_INDEX, #KEYS do
  if n < FIRST_INDEX + indexes then redis.call('ZREM', KEYS[n], id) else redis.call('DEL', KEYS[n]) end
end
return was_there
