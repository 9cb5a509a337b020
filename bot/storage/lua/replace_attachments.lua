-- Puts a rewritten task in the place of the former one and moves its files and outcomes along, or changes nothing.
--
-- KEYS: 1 the task   2… pairs of where something is, '' for nowhere, and where it goes; the last place first, so that
--       nothing is written over that has yet to move
-- ARGV: 1 the rewritten task's payload   2 the former one's
-- Answer: 1, or 0 where the task is not any more what the former payload says

local task = KEYS[1]
local rewritten, former = ARGV[1], ARGV[2]

if redis.call('GET', task) ~= former then return 0 end
for n = 2, #KEYS, 2 do
  local from, to = KEYS[n], KEYS[n + 1]
  if from == '' or redis.call('EXISTS', from) == 0 then
    redis.call('DEL', to)
  elseif from ~= to then
    redis.call('RENAME', from, to)
  end
end
redis.call('SET', task, rewritten, 'KEEPTTL')
return 1
