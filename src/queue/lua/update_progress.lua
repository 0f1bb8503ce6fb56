-- Stores and announces a job's progress.
-- Keys: 1 the queue's base.
-- Arguments: id, progress (JSON).
-- Effects: the hash field; event progress.
-- Result: 0; -1 job gone.
-- Atomic: field and event agree.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
local job_key = queue.base .. ARGV[1]
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
redis.call('HSET', job_key, 'progress', ARGV[2])
trim_events(queue)
emit(queue, 'progress', 'jobId', ARGV[1], 'data', ARGV[2])
return 0
