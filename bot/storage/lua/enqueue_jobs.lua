-- Enqueues jobs of RQ, each unless there is one of its id: as RQ's own script does it, but many at once.
--
-- KEYS: for each job: the job, the queue's list, the queue's jobs of later times
-- ARGV: 1 how many values stand for each job   2… for each job: its id, after how many seconds it runs or '' for at once,
--       '1' if it goes before those that wait, and pairs of a field and its value
-- Answer: for each job 1, or 0 if there was one

local values = tonumber(ARGV[1])
local KEYS_OF_JOB, FIRST_VALUE = 3, 2

local function time_after(seconds)
  local time = redis.call('TIME')
  return time[1] + time[2] / 1e6 + seconds
end

local answer = {}
for n = 0, #KEYS / KEYS_OF_JOB - 1 do
  local key, value = 1 + n * KEYS_OF_JOB, FIRST_VALUE + n * values
  local job, list, later = KEYS[key], KEYS[key + 1], KEYS[key + 2]
  local id, after, first = ARGV[value], ARGV[value + 1], ARGV[value + 2] == '1'
  if redis.call('EXISTS', job) == 1 then
    answer[n + 1] = 0
  else
    answer[n + 1] = 1
    redis.call('HSET', job, unpack(ARGV, value + 3, value + values - 1))
    if first then redis.call('HSET', job, 'first', '1') end
    if after == '' then
      redis.call(first and 'LPUSH' or 'RPUSH', list, id)
    else
      redis.call('ZADD', later, time_after(after), id)
    end
  end
end
return answer
