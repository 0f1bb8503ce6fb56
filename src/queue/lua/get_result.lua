-- Tells how a job ended.
-- Keys: 1 the queue's base.
-- Arguments: id.
-- Effects: none.
-- Result: { 1, return value }, { 2, failed reason }, { 0, nothing } while it has not ended; { -1, nothing } no such job.
-- Atomic: state and value belong together.

local base, id = KEYS[1], ARGV[1]
local job_key = base .. id
if redis.call('EXISTS', job_key) == 0 then
    return { -1, '' }
end
if redis.call('ZSCORE', base .. 'completed', id) then
    return { 1, redis.call('HGET', job_key, 'returnvalue') or 'null' }
end
if redis.call('ZSCORE', base .. 'failed', id) then
    return { 2, redis.call('HGET', job_key, 'failedReason') or '' }
end
return { 0, '' }
