-- Takes or renews a lease.
--
-- KEYS: 1 the lease
-- ARGV: 1 the holder   2 milliseconds from now
-- Answer: 1, or 0 while another holder has it

local lease = KEYS[1]
local holder, milliseconds = ARGV[1], ARGV[2]

if redis.call('SET', lease, holder, 'PX', milliseconds, 'NX') then return 1 end
if redis.call('GET', lease) ~= holder then return 0 end
redis.call('SET', lease, holder, 'PX', milliseconds)
return 1
