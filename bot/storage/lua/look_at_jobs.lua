-- Looks at jobs of RQ, all at the same moment: a job that moves is found either where it was or where it goes.
--
-- KEYS: for each job: the job, the queue's list, the list of those just being taken, the queue's jobs of later times
-- ARGV: for each job its id
-- Answer: for each job its state, its last heartbeat, and 'waits', 'taken' or ''; three times '' if there is none

local ids = ARGV
local KEYS_OF_JOB = 4

local answer = {}
for n, id in ipairs(ids) do
  local key = (n - 1) * KEYS_OF_JOB
  local job, list, taken, later = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4]
  local found = redis.call('HMGET', job, 'status', 'last_heartbeat')
  local status, place = found[1] or '', ''
  if status == 'queued' and redis.call('LPOS', taken, id) then place = 'taken'
  elseif status == 'queued' and redis.call('LPOS', list, id) then place = 'waits'
  elseif status == 'scheduled' and redis.call('ZSCORE', later, id) then place = 'waits'
  end
  table.insert(answer, {status, found[2] or '', place})
end
return answer
