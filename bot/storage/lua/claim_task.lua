-- Stores a task unless its message was taken before, and resolves which earlier task it refers to.
--
-- KEYS: 1 its claim   2 the task   3 the ledger   4 the open tasks with something to read   5 what it posted
--       6 the id of the task it refers to   7 the order of answers   8 the person's open tasks
--       9 the person's latest task in the conversation   10 the latest task about the message it quotes
--       11… the keys of its references
-- ARGV: 1 the task's payload   2 Unix seconds of its next check   3 its id   4 seconds for which a task may be open
--       5 '1' if it gets a place in the order of answers   6 the conversation   7 Unix seconds now
--       8 the person, '' for nobody in particular   9 its attachments, '' for none   10 '1' for a command
--       11 seconds to remember it as the person's latest, 0 for not at all
--       12 seconds to remember it as the latest about the message it quotes, 0 for not at all
--       13 seconds to keep what it posted   14 the prefix of what tasks posted
--       15… for each of KEYS 11… the id of the task if the reference names it, '' if the key holds it
-- Answer: 1 if the message is taken now, 0 if it was taken before

local claim, task, ledger, waiting, posted, referred_to = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order, open_of_person, latest, latest_about = KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local payload, next_check, id, open_seconds = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local has_place, conversation, now, person = ARGV[5] == '1', ARGV[6], tonumber(ARGV[7]), ARGV[8]
local attachments, is_command = ARGV[9], ARGV[10] == '1'
local latest_seconds, latest_about_seconds = tonumber(ARGV[11]), tonumber(ARGV[12])
local posted_seconds, posted_prefix = ARGV[13], ARGV[14]
local FIRST_REFERENCE, FIRST_ID = 11, 15

if not redis.call('SET', claim, '1', 'NX', 'EX', open_seconds) then return 0 end
redis.call('SET', task, payload, 'EX', open_seconds)
redis.call('ZADD', ledger, next_check, id)

if has_place then
  local last = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')
  redis.call('ZADD', order, (last[2] or 0) + 1, id)
  redis.call('EXPIRE', order, open_seconds)
end

local reads = attachments ~= ''
if reads then
  redis.call('HSET', posted, 'conversation', conversation, 'attachments', attachments, 'person', person)
end
for n = FIRST_REFERENCE, #KEYS do
  local earlier = ARGV[n - FIRST_REFERENCE + FIRST_ID]
  if earlier == '' then earlier = redis.call('GET', KEYS[n]) end
  if earlier and redis.call('HGET', posted_prefix .. earlier, 'conversation') == conversation then
    redis.call('SET', referred_to, earlier, 'EX', open_seconds)
    if not is_command then
      if not reads then redis.call('COPY', posted_prefix .. earlier, posted, 'REPLACE') end
      redis.call('HDEL', posted, 'answered')
      redis.call('HSET', posted, 'of', earlier, 'person', person)
      reads = true
    end
    break
  end
end
if not reads then return 1 end

redis.call('EXPIRE', posted, posted_seconds)
local newest = tonumber(redis.call('ZREVRANGE', waiting, 0, 0, 'WITHSCORES')[2] or '-60')
local arrived = string.format('%.6f', math.max(now, newest + 0.00001))
redis.call('ZADD', waiting, arrived, id)
if math.floor(arrived / 60) ~= math.floor(newest / 60) then redis.call('EXPIRE', waiting, open_seconds) end
if person ~= '' then
  redis.call('ZADD', open_of_person, arrived, id)
  redis.call('EXPIRE', open_of_person, open_seconds)
end
if latest_seconds > 0 then redis.call('SET', latest, id, 'EX', latest_seconds) end
if latest_about_seconds > 0 then redis.call('SET', latest_about, id, 'EX', latest_about_seconds) end
return 1
