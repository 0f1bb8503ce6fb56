-- Ends a job's ownership of its deduplication id: the next add counts again.
-- Keys: 1 the queue's base.
-- Arguments: id of the job.
-- Effects: the owner key is gone.
-- Result: 1; 0 the job owns none; -1 it is gone.
-- Atomic: a key that passed to another job stays.

local dedup_id = redis.call('HGET', KEYS[1] .. ARGV[1], 'deid')
if not dedup_id then
    return redis.call('EXISTS', KEYS[1] .. ARGV[1]) - 1
end
local owner_key = KEYS[1] .. 'de:' .. dedup_id
if redis.call('GET', owner_key) ~= ARGV[1] then
    return 0
end
return redis.call('DEL', owner_key)
