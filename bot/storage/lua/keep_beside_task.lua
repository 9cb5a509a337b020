-- Stores a file or an outcome of a task. If the task has been closed meanwhile, the value lives no longer than the
-- remembered task, and is not stored if there is none.
--
-- KEYS: 1 the file or outcome   2 the task   3 the task as it is remembered   4 the task's file
--       5… for an outcome, those of all of the task's files
-- ARGV: 1 the bytes   2 seconds to keep them   3 for an outcome, seconds to keep the file from now; '' for a file
-- Answer: 1 if all of KEYS 5… exist now, else 0

local kept, task, remembered, file = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local bytes, seconds, file_seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3]

if redis.call('EXISTS', task) == 0 then seconds = redis.call('TTL', remembered) end
if seconds > 0 then redis.call('SET', kept, bytes, 'EX', seconds) end
if file_seconds ~= '' then redis.call('EXPIRE', file, math.max(0, math.min(seconds, tonumber(file_seconds)))) end

local FIRST_OUTCOME = 5
local outcomes = #KEYS - FIRST_OUTCOME + 1
if outcomes == 0 then return 0 end
if outcomes == 1 and seconds > 0 then return 1 end  -- it was stored above
return redis.call('EXISTS', unpack(KEYS, FIRST_OUTCOME)) == outcomes and 1 or 0
