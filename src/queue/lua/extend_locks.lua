-- Renews the locks of a worker's running jobs.
-- Keys: 1 the queue's base.
-- Arguments: lock duration (ms); then pairs: id, token.
-- Effects: a lock that is still the token's lives for another duration, and the job is no candidate for stalled any more.
-- Result: the ids whose lock is gone or another's.
-- Atomic: compare and set.

local base = KEYS[1]
local lost = {}
for at = 2, #ARGV, 2 do
    local id, token = ARGV[at], ARGV[at + 1]
    local lock_key = base .. id .. ':lock'
    if redis.call('GET', lock_key) == token then
        redis.call('PEXPIRE', lock_key, ARGV[1])
        redis.call('SREM', base .. 'stalled', id)
    else
        lost[#lost + 1] = id
    end
end
return lost
