-- Takes or prolongs a lease.
--
-- KEYS: 1 the lease
-- ARGV: 1 who wants to hold it   2 for how many milliseconds from now
-- Answer: 1, or 0 while another holds it

local lease = KEYS[1]
local holder, milliseconds = ARGV[1], ARGV[2]

local current = redis.call('GET', lease)
if current and current ~= holder then return 0 end
redis.call('SET', lease, holder, 'PX', milliseconds)
return 1
