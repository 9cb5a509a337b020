-- Accepts a request of the API: it gets a place in its client's line, unless it was accepted before under its key.
-- After functions/life.lua.
--
-- KEYS: 1 the request   2 its task   3 the client's line   4 the clients' turns   5 the idempotency key, the request for none
--       6 the index of all requests   7… further indexes, then its files, which were stored a moment ago
-- ARGV: 1 its id   2 the task's payload   3 Unix seconds now   4 seconds for which it may wait   5 the client
--       6 its fingerprint   7 seconds for which the key holds   8 how many files   9… pairs of a field and its value
-- Answer: 1 if it is new, 0 if it was accepted before, -1 if something else was; and the id of what was accepted

local request, task, line, turns, key, all = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local id, payload, now, seconds, client = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local fingerprint, key_seconds, files = ARGV[6], ARGV[7], tonumber(ARGV[8])
local FIRST_INDEX, FIRST_FIELD = 6, 9
local FIRST_FILE = #KEYS - files + 1

-- The connection has repeated this call, for its answer was lost: the files are those that were accepted.
if redis.call('EXISTS', request) == 1 then return {1, id} end

if key ~= request then
  local earlier = redis.call('GET', key)
  if earlier then
    for n = FIRST_FILE, #KEYS do redis.call('DEL', KEYS[n]) end
    local earlier_id, of = string.match(earlier, '^(%S+) (%S+)$')
    return {of == fingerprint and 0 or -1, earlier_id}
  end
  redis.call('SET', key, id .. ' ' .. fingerprint, 'EX', key_seconds)
end

local newest = tonumber(redis.call('ZREVRANGE', all, 0, 0, 'WITHSCORES')[2] or '0')
local place = string.format('%.6f', math.max(now, newest + 0.00001))
redis.call('HSET', request, 'place', place, 'key', key ~= request and key or '', unpack(ARGV, FIRST_FIELD))
redis.call('EXPIRE', request, seconds)
redis.call('SET', task, payload, 'EX', seconds)
for n = FIRST_INDEX, FIRST_FILE - 1 do
  redis.call('ZADD', KEYS[n], place, id)
  live_for(KEYS[n], seconds)
end
redis.call('ZADD', line, place, id)
redis.call('EXPIRE', line, seconds)
if not redis.call('ZSCORE', turns, client) then
  local last = tonumber(redis.call('ZREVRANGE', turns, 0, 0, 'WITHSCORES')[2] or '0')
  redis.call('ZADD', turns, last + 1, client)
end
redis.call('EXPIRE', turns, seconds)
return {1, id}
