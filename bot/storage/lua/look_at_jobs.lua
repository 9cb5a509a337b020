-- Looks at jobs of RQ, all at the same moment: a job that moves is found either where it was or where it goes.
--
-- KEYS: for each job: the job, the queue's list, the list of those just being taken, the queue's jobs of later times
-- ARGV: 1 how many keys stand for each job   2… for each job its id
-- Answer: for each job its state, its last heartbeat, and 'waits', 'taken' or ''; three times '' if there is none

local keys_of_job = tonumber(ARGV[1])
local FIRST_ID = 2

local answer = {}
for n = FIRST_ID, #ARGV do
  local id, key = ARGV[n], (n - FIRST_ID) * keys_of_job
  local job, list, taken, later = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4]
  local is_job = redis.call('TYPE', job).ok == 'hash'
  local found = is_job and redis.call('HMGET', job, 'status', 'last_heartbeat') or {}
  local status, place = found[1] or '', ''
  if status == 'queued' and redis.call('LPOS', taken, id) then place = 'taken'
  elseif status == 'queued' and redis.call('LPOS', list, id) then place = 'waits'
  elseif status == 'scheduled' and redis.call('ZSCORE', later, id) then place = 'waits'
  end
  table.insert(answer, {status, found[2] or '', place})
end
return answer
