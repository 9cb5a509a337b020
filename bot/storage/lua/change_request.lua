-- Changes the state of a request of the API, once, with the indexes that it stands in.
-- After functions/life.lua.
--
-- KEYS: 1 the request   2 those that are begun   3 those to forget   4 the client's pages of the day
--       5… indexes to leave, then those to enter
-- ARGV: 1 its id   2 the states that it may be in, each between commas   3 how many indexes to leave
--       4 seconds to keep it from now, '' while it has not ended   5 Unix seconds when it is forgotten
--       6 pages that were read   7 seconds to keep their sum   8… pairs of a field and its value
-- Answer: 1 if it was in one of these states

local request, begun, forget, pages = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, states, leaving, seconds, until_ = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local pages_read, pages_seconds = tonumber(ARGV[6]), ARGV[7]
local FIRST_INDEX, FIRST_FIELD = 5, 8
local SWEEP_SECONDS = 120  -- in which it is taken off the lists

local now = redis.call('HMGET', request, 'state', 'place')
if not now[1] or not string.find(states, ',' .. now[1] .. ',', 1, true) then return 0 end
redis.call('HSET', request, unpack(ARGV, FIRST_FIELD))
for n = FIRST_INDEX, #KEYS do
  if n < FIRST_INDEX + leaving then
    redis.call('ZREM', KEYS[n], id)
  else
    redis.call('ZADD', KEYS[n], now[2], id)
  end
end
local life = seconds == '' and redis.call('TTL', request) or tonumber(seconds)
for n = FIRST_INDEX + leaving, #KEYS do live_for(KEYS[n], life) end
if seconds == '' then return 1 end

redis.call('EXPIRE', request, seconds + SWEEP_SECONDS)
redis.call('ZREM', begun, id)
redis.call('ZADD', forget, until_, id)
live_for(forget, seconds)
if pages_read > 0 then
  redis.call('INCRBY', pages, pages_read)
  redis.call('EXPIRE', pages, pages_seconds)
end
return 1
