-- Adds the event that a request has ended, once. Of a request that was deleted meanwhile nobody is told.
--
-- KEYS: 1 the request   2 the event   3 the events that are not delivered
-- ARGV: 1 the event's id   2 the state in which the request has ended   3 the client   4 the name of its webhook
--       5 what is sent   6 Unix seconds now   7 Unix seconds when its job counts as lost   8 seconds to keep it
-- Answer: 1 if it is there now

local request, event, due = KEYS[1], KEYS[2], KEYS[3]
local id, state, client, webhook, body = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local now, lost_at, seconds = ARGV[6], ARGV[7], ARGV[8]

if redis.call('HGET', request, 'state') ~= state then return 0 end
if redis.call('HSETNX', event, 'client', client) == 1 then
  redis.call('HSET', event, 'webhook', webhook, 'body', body, 'since', now)
  redis.call('EXPIRE', event, seconds)
  redis.call('ZADD', due, lost_at, id)
  redis.call('EXPIRE', due, seconds)
end
return 1
