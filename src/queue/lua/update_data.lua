-- Replaces a job's payload.
-- Keys: 1 the queue's base.
-- Arguments: id, data (JSON).
-- Effects: the hash field.
-- Result: 0; -1 job gone.
-- Atomic: no hash without a job.

local job_key = KEYS[1] .. ARGV[1]
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
redis.call('HSET', job_key, 'data', ARGV[2])
return 0
