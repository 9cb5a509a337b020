-- Takes or renews a lease.
--
-- KEYS: 1 the lease
-- ARGV: 1 the holder   2 milliseconds from now
-- Answer: 1, or 0 while another holder has it

local lease = KEYS[1]
local holder, milliseconds = ARGV[1], ARGV[2]

local current = redis.call('GET', lease)
if current and current ~= holder then return 0 end
redis.call('SET', lease, holder, 'PX', milliseconds)
return 1
