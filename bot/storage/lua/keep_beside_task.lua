-- Stores a file or an outcome of a task, unless it is there: what stands is never replaced. If the task has been closed
-- meanwhile, the value lives no longer than the remembered task, and is not stored if there is none.
--
-- KEYS: 1 the file or outcome   2 the task   3 the task as it is remembered   4 the task's file
--       5… for an outcome, those of all of the task's files
-- ARGV: 1 the bytes   2 seconds to keep them   3 for an outcome, seconds to keep the file from now; '' for a file
--       4 '1' if it is stored only while the task's file is not there
-- Answer: 1 if all of KEYS 5… exist now, for a file if it was stored; else 0

local kept, task, remembered, file = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local bytes, seconds, file_seconds, without_file = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local FIRST_OUTCOME = 5

if redis.call('EXISTS', task) == 0 then seconds = redis.call('TTL', remembered) end
local stored = false
if seconds > 0 and not (without_file and redis.call('EXISTS', file) == 1) then
  stored = redis.call('SET', kept, bytes, 'NX', 'EX', seconds)
end
if file_seconds == '' then return stored and 1 or 0 end

if stored or seconds <= 0 then redis.call('EXPIRE', file, math.max(0, math.min(seconds, tonumber(file_seconds)))) end
local outcomes = #KEYS - FIRST_OUTCOME + 1
if outcomes == 0 then return 0 end
if outcomes == 1 and stored then return 1 end
return redis.call('EXISTS', unpack(KEYS, FIRST_OUTCOME)) == outcomes and 1 or 0
