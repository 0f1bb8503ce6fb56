-- Puts a job that failed back into its queue at once.
-- Keys: 1 the queue's base.
-- Arguments: now, id, token, failed reason, stack traces (JSON), "1" to queue it in front.
-- Effects: promotes what is due; lock and active entry gone; an attempt is counted; event waiting.
-- Result: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua

local queue = open_queue(KEYS[1])
local id = ARGV[2]
local job_key = queue.base .. id
trim_events(queue)
promote_due(queue, tonumber(ARGV[1]))
local code = leave_active(queue, id, ARGV[3])
if code ~= 0 then
    return code
end
store_failure(job_key, ARGV[4], ARGV[5])
push_runnable(queue, id, priority_of(job_key), ARGV[6] == '1')
wake_worker(queue)
redis.call('HINCRBY', job_key, 'atm', 1)
emit(queue, 'waiting', 'jobId', id, 'prev', 'active')
return 0
