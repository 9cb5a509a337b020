-- Stores a file of an archive until it takes its place among the files of its task, while that is open.
--
-- KEYS: 1 the task   2 the file
-- ARGV: 1 the bytes   2 seconds to keep them
-- Answer: 1 if they are stored now; 0 if they were, or the task has been closed

local task, file = KEYS[1], KEYS[2]
local bytes, seconds = ARGV[1], ARGV[2]

if redis.call('EXISTS', task) == 0 then return 0 end
if redis.call('SET', file, bytes, 'NX', 'EX', seconds) then return 1 end
redis.call('EXPIRE', file, seconds)
return 0
