-- Takes from several limits at once, or from none if one of them has too little left, or a further counter has run out.
--
-- KEYS: the counter of each limit, then perhaps one that is only looked at
-- ARGV: for each the limit, how much to take, and the seconds of its window, which begins with what is taken first; for
--       the one that is only looked at its limit alone
-- Answer: the number of the first counter that refused, 0 if none did; then for each limit what was taken in its window
-- so far and the milliseconds until that ends

local limits = math.floor(#ARGV / 3)
local refused = 0
for i, key in ipairs(KEYS) do
  if i > limits and tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[#ARGV]) then
    refused = i
  end
end
local taken = {}
for i = 1, limits do
  local limit, amount = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  taken[i] = tonumber(redis.call('GET', KEYS[i]) or 0)
  if refused == 0 and amount > 0 and taken[i] + amount > limit then
    refused = i
  end
end
local answer = { refused }
for i = 1, limits do
  local amount, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local left = redis.call('PTTL', KEYS[i])
  if refused == 0 and amount > 0 then
    taken[i] = redis.call('INCRBY', KEYS[i], amount)
    if left < 0 then
      redis.call('EXPIRE', KEYS[i], window)
      left = window * 1000
    end
  end
  answer[2 * i] = taken[i]
  answer[2 * i + 1] = math.max(left, 0)
end
return answer
