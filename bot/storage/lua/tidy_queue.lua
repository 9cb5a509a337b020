-- Has the jobs of workers that died repeated, or marks them as failed, and forgets what has expired, by Redis' clock.
-- Nothing of a job is read but its state and whether it goes first; what is no job is taken off the lists.
--
-- KEYS: 1 the queue's jobs at work   2 the queue's list   3 the jobs that workers are just taking   4 the failed jobs
--       5 the queue's workers   6 all workers
-- ARGV: 1 the prefix of jobs   2 the prefix of the times at which jobs were first seen as being taken
--       3 the prefix of workers   4 the prefix of the tries of jobs, each of which lives as long as its worker beats
--       5 seconds after which a job counts as lost while it was being taken   6 seconds to keep a failed job
-- Answer: the ids of the jobs that are repeated, and of those that have failed

local at_work, list, taken, failed, workers, all_workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local job_prefix, seen_prefix, worker_prefix, try_prefix = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local taken_seconds, failed_seconds = tonumber(ARGV[5]), tonumber(ARGV[6])

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local repeated, given_up = {}, {}

local function take_up(id)
  local job = job_prefix .. id
  local left = tonumber(redis.call('HGET', job, 'retries_left') or '0') or 0
  if left > 0 then
    redis.call('HSET', job, 'status', 'queued', 'retries_left', left - 1)
    redis.call(redis.call('HEXISTS', job, 'first') == 1 and 'LPUSH' or 'RPUSH', list, id)
    table.insert(repeated, id)
  else
    redis.call('HSET', job, 'status', 'failed')
    redis.call('EXPIRE', job, failed_seconds)
    redis.call('ZADD', failed, now + failed_seconds, id)
    table.insert(given_up, id)
  end
end

local working = {}
for _, try in ipairs(redis.call('ZRANGE', at_work, 0, -1)) do
  local id = string.match(try, '^[^:]*')
  local job = job_prefix .. id
  if redis.call('EXISTS', try_prefix .. try) == 1 then
    working[id] = true
  else
    redis.call('ZREM', at_work, try)
    if redis.call('TYPE', job).ok == 'hash' and redis.call('HGET', job, 'status') == 'started' then take_up(id) end
  end
end
for _, id in ipairs(redis.call('LRANGE', taken, 0, -1)) do
  local job, seen = job_prefix .. id, seen_prefix .. id
  if redis.call('TYPE', job).ok ~= 'hash' then
    redis.call('LREM', taken, 1, id)
  elseif not working[id] then
    local since = tonumber(redis.call('GET', seen) or '')
    if not since then
      redis.call('SET', seen, string.format('%.3f', now), 'EX', 3600)
    elseif now - since > taken_seconds then
      redis.call('LREM', taken, 1, id)
      redis.call('DEL', seen)
      take_up(id)
    end
  end
end
redis.call('ZREMRANGEBYSCORE', failed, '-inf', now)
for _, worker in ipairs(redis.call('SMEMBERS', workers)) do
  local ours = string.sub(worker, 1, #worker_prefix) == worker_prefix
  if not ours or redis.call('TYPE', worker).ok ~= 'hash' then redis.call('SREM', workers, worker) end
end
for _, worker in ipairs(redis.call('SMEMBERS', all_workers)) do
  local ours = string.sub(worker, 1, #worker_prefix) == worker_prefix
  if not ours or redis.call('EXISTS', worker) == 0 then redis.call('SREM', all_workers, worker) end
end
return {repeated, given_up}
