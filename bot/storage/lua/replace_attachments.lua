-- Replaces a task by a rewritten one and moves its files and outcomes accordingly, or changes nothing.
--
-- KEYS: 1 the task   2… pairs of a key to move from, the task for none, and a key to move to; the last place first, so
--       that nothing is overwritten before it has moved
-- ARGV: 1 the rewritten task's payload   2 the present payload
-- Answer: 1, or 0 if the task's payload has changed

local task = KEYS[1]
local rewritten, present = ARGV[1], ARGV[2]

if redis.call('GET', task) ~= present then return 0 end
for n = 2, #KEYS, 2 do
  local from, to = KEYS[n], KEYS[n + 1]
  if from == task or redis.call('EXISTS', from) == 0 then
    redis.call('DEL', to)
  elseif from ~= to then
    redis.call('RENAME', from, to)
  end
end
redis.call('SET', task, rewritten, 'KEEPTTL')
return 1
