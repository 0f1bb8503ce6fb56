-- Makes a delayed job runnable now.
-- Keys: 1 the queue's base.
-- Arguments: id.
-- Effects: leaves delayed for its place by priority; marker; event waiting.
-- Result: 0; -3 not delayed.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
local id = ARGV[1]
local job_key = queue.base .. id
local priority = priority_of(job_key)
check_runnable(queue)
if redis.call('ZREM', queue.delayed, id) == 0 then
    return -3
end
push_runnable(queue, id, priority, false)
wake_worker(queue)
emit(queue, 'waiting', 'jobId', id, 'prev', 'delayed')
redis.call('HSET', job_key, 'delay', 0)
return 0
