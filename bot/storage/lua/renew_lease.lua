-- Renews a lease for its holder.
--
-- KEYS: 1 the lease
-- ARGV: 1 the holder   2 milliseconds from now
-- Answer: 1, or 0 if it expired, was released or has another holder

local lease = KEYS[1]
local holder, milliseconds = ARGV[1], ARGV[2]

if redis.call('GET', lease) ~= holder then return 0 end
return redis.call('PEXPIRE', lease, milliseconds)
