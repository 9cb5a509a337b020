-- Closes a task: forgets or remembers it, and counts it once, however often this is repeated.
-- After functions/answer_order.lua.
--
-- KEYS: 1 the ledger   2 the receipts that are due   3 the open tasks with something to read   4 the task
--       5 the task as it is remembered   6 what it posted   7 its receipt   8 its progress
--       9 the invoices that it claimed   10 the id of the task it refers to   11 the day's counts
--       12 the tasks that a command has cancelled   13 the lease for sending its answer
--       14 that the bot has met the person
-- ARGV: 1 its id   2 seconds to remember it   3 '1' if a command cancels it   4 seconds to keep a command's cancelled
--       tasks   5 seconds to keep the day's counts   6 '1' if the person was sent what was read
--       7 the prefix of people's open tasks   8, 9 the prefixes of the order of answers: order, ready
--       10 the conversation, '' for that of what it posted
--       11 seconds to remember that the bot has met the person, 0 for nobody in particular
--       12, 13 the prefixes of the task's files and outcomes, which are no KEYS: the bot may write them and not read them
--       14 how many files
--       15… pairs of a name and a number to add to the day's counts; 'slowest' keeps the largest
-- Answer: 1 if it was open

local ledger, due_receipts, waiting, task, remembered, posted = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local receipt, progress, invoices, referred_to, day, cancelled = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local id, remember_seconds, is_cancelled, cancelled_seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4]
local day_seconds, is_answered, open_of_person_prefix = ARGV[5], ARGV[6] == '1', ARGV[7]
local prefix, conversation = {order = ARGV[8], ready = ARGV[9]}, ARGV[10]
local lease, met, met_seconds = KEYS[13], KEYS[14], tonumber(ARGV[11])
local of_files, files = {ARGV[12], ARGV[13]}, tonumber(ARGV[14])
local FIRST_COUNT = 15

local function for_each_file(command, ...)
  for _, begin in ipairs(of_files) do
    for n = 0, files - 1 do redis.call(command, begin .. n, ...) end
  end
end

local was_open = redis.call('ZREM', ledger, id) == 1
local origin = redis.call('HMGET', posted, 'person', 'conversation')
local person = origin[1]
if conversation == '' then conversation = origin[2] or '' end
leave_order(prefix, conversation, id)
if redis.call('EXISTS', receipt) == 1 then
  redis.call('ZADD', due_receipts, 'XX', '0', id)
else
  redis.call('ZREM', due_receipts, id)
end
redis.call('ZREM', waiting, id)
if person and person ~= '' then redis.call('ZREM', open_of_person_prefix .. person, id) end
if met_seconds > 0 then redis.call('SET', met, id, 'NX', 'EX', met_seconds) end

if remember_seconds > 0 and redis.pcall('RENAME', task, remembered).ok then
  redis.call('EXPIRE', remembered, remember_seconds)
  for_each_file('EXPIRE', remember_seconds)
elseif redis.call('EXISTS', remembered) == 0 then
  redis.call('DEL', task)
  for_each_file('DEL')
end
redis.call('DEL', progress, invoices, referred_to, lease)
if not was_open then return 0 end

if is_answered and person then redis.call('HSET', posted, 'answered', '1') end
if is_cancelled then
  redis.call('SADD', cancelled, id)
  redis.call('EXPIRE', cancelled, cancelled_seconds)
end
local is_new = false
for n = FIRST_COUNT, #ARGV, 2 do
  local name, count = ARGV[n], ARGV[n + 1]
  if name ~= 'slowest' then
    local sum = redis.call('HINCRBYFLOAT', day, name, count)
    is_new = is_new or tonumber(sum) == tonumber(count)
  elseif tonumber(count) > tonumber(redis.call('HGET', day, 'slowest') or '0') then
    redis.call('HSET', day, 'slowest', count)
  end
end
if is_new then redis.call('EXPIRE', day, day_seconds) end
return 1
