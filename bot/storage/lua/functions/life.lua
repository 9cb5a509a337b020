-- Lets a key live for so many seconds from now, or as long as it would have.
local function live_for(key, seconds)
  if redis.call('TTL', key) < tonumber(seconds) then redis.call('EXPIRE', key, seconds) end
end

