-- Gives a job another priority.
-- Keys: 1 the queue's base.
-- Arguments: id, priority, "1" to put it before the others of that priority.
-- Effects: a runnable job moves to its new place, with a marker; of any other job only the hash field changes.
-- Result: 0; -1 job gone.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
local id, priority, in_front = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local job_key = queue.base .. id
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
local is_runnable = redis.call('ZREM', queue.prioritized, id) == 1 or
    redis.call('LREM', queue.wait, 1, id) == 1 or
    redis.call('LREM', queue.base .. 'paused', 1, id) == 1
if is_runnable and priority > 0 and in_front then
    redis.call('ZADD', queue.prioritized, priority * 4294967296, id)
elseif is_runnable then
    push_runnable(queue, id, priority, in_front)
    wake_worker(queue)
end
redis.call('HSET', job_key, 'priority', ARGV[2])
return 0
