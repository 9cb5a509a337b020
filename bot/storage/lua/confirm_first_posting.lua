-- Keeps the claims of a posting whose answer was sent; those that have become free are claimed again.
-- After functions/first_posting.lua.
--
-- KEYS: the claims
-- ARGV: 1 to 6 the posting: task, index, at, nick, staff, posted   7 seconds to keep a claim   8 the prefix of tasks
-- Answer: nothing

local posting = {task = ARGV[1], index = ARGV[2], at = ARGV[3], nick = ARGV[4], staff = ARGV[5], posted = ARGV[6]}
local seconds, task_prefix = ARGV[7], ARGV[8]

for _, key in ipairs(KEYS) do
  local state = claim_state(key, posting, task_prefix)
  if state == 'free' then write_claim(key, posting, seconds) end
  if state ~= 'taken' then
    redis.call('HSET', key, 'done', '1')
    redis.call('EXPIRE', key, seconds)
  end
end
