-- Claims an invoice for a posting under each of its digests, unless another posting has claimed it.
-- After functions/first_posting.lua.
--
-- KEYS: 1 the claims of the posting's task   2… the claim under each digest
-- ARGV: 1 to 6 the posting: task, index, at, nick, staff, posted   7 seconds to keep a claim   8 the prefix of tasks
--       9… for each digest '1' if it suffices to show that the invoice is the same
-- Answer: nothing if no other posting has it; otherwise task, index, at, nick and staff of the one that has, and the
--         number of the digest that shows it, from 0

local claimed = KEYS[1]
local posting = {task = ARGV[1], index = ARGV[2], at = ARGV[3], nick = ARGV[4], staff = ARGV[5], posted = ARGV[6]}
local seconds, task_prefix = ARGV[7], ARGV[8]
local FIRST_DIGEST, FIRST_DECIDES = 2, 9

local first = false
for n = FIRST_DIGEST, #KEYS do
  local key, digest = KEYS[n], n - FIRST_DIGEST
  redis.call('HSET', claimed, key, posting.index)
  local state = claim_state(key, posting, task_prefix)
  if state == 'free' then write_claim(key, posting, seconds) end
  if state == 'taken' and not first and ARGV[FIRST_DECIDES + digest] == '1' then
    first = redis.call('HMGET', key, 'task', 'index', 'at', 'nick', 'staff')
    table.insert(first, tostring(digest))
  end
end
redis.call('EXPIRE', claimed, seconds)
return first
