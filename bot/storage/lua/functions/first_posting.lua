-- The owner of a claim on an invoice. `posting` is a table: task (id), index (of the file, and of a further paper in it), at (Unix seconds), nick,
-- staff, posted (the id of the message that brought the file, '' if it is not known).

-- Returns 'free', 'own' or 'taken'. A claim is void if its task was closed without its answer having been sent.
local function claim_state(key, posting, task_prefix)
  local claim = redis.call('HMGET', key, 'task', 'index', 'done', 'posted')
  local task, index, done, posted = claim[1], claim[2], claim[3], claim[4]
  if not task then return 'free' end
  if task == posting.task then return index == posting.index and 'own' or 'taken' end
  if not done and redis.call('EXISTS', task_prefix .. task) == 0 then return 'free' end
  return posting.posted ~= '' and posted == posting.posted and 'own' or 'taken'
end

local function write_claim(key, posting, seconds)
  redis.call('DEL', key)
  redis.call('HSET', key, 'task', posting.task, 'index', posting.index, 'at', posting.at, 'nick', posting.nick,
    'staff', posting.staff, 'posted', posting.posted)
  redis.call('EXPIRE', key, seconds)
end
