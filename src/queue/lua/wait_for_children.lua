-- Puts a running job aside until its children have ended.
-- Keys: 1 the queue's base.
-- Arguments: now, id, token.
-- Effects: lock and active entry gone; in waiting-children, event waiting-children; or, when there is none to wait for any
--   more, where a released parent goes.
-- Result: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another; -9 failed children, nothing was changed.
-- Atomic: the last child's end is either seen here or releases the job.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/parent.lua

local queue = open_queue(KEYS[1])
local now, id = tonumber(ARGV[1]), ARGV[2]
local job_key = queue.base .. id
if redis.call('ZCARD', job_key .. ':unsuccessful') > 0 then
    return -9
end
local code = leave_active(queue, id, ARGV[3])
if code ~= 0 then
    return code
end
trim_events(queue)
redis.call('ZADD', queue.base .. 'waiting-children', now, id)
emit(queue, 'waiting-children', 'jobId', id, 'prev', 'active')
release_when_done(job_key, now, false)
return 0
