-- The order of answers in a conversation, for several scripts.
--
-- prefix: a table with the prefixes of the keys
--   order   of a conversation: the tasks in its order, oldest first
--   ready   of a conversation: the tasks whose answer is ready, scored by when it became so
--   task    of a task: exists while it is open

-- Removes a task from the order of a conversation. Returns 1 if it was in it.
local function leave_order(prefix, conversation, id)
  redis.call('ZREM', prefix.ready .. conversation, id)
  return redis.call('ZREM', prefix.order .. conversation, id)
end

local function now()
  local time = redis.call('TIME')
  return time[1] + time[2] / 1e6
end

-- Returns the id of the task whose answer goes next and '0'; or '' and the seconds for which the first task may still
-- hold back the others. Tasks that are closed, or have held back the others for `hold` seconds, lose their places.
local function next_answer(prefix, conversation, hold)
  local order, ready = prefix.order .. conversation, prefix.ready .. conversation
  while true do
    local first = redis.call('ZRANGE', order, 0, 0)[1]
    if not first then return {'', '0'} end
    local is_open = redis.call('EXISTS', prefix.task .. first) == 1
    if is_open and redis.call('ZSCORE', ready, first) then return {first, '0'} end
    local longest_ready = redis.call('ZRANGE', ready, 0, 0, 'WITHSCORES')
    if is_open and not longest_ready[1] then return {'', '0'} end
    local left = is_open and longest_ready[2] + hold - now() or 0
    if left > 0 then return {'', tostring(left)} end
    leave_order(prefix, conversation, first)
  end
end
