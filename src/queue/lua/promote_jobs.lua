-- Makes delayed jobs runnable now, the next due first.
-- Keys: 1 the queue's base.
-- Arguments: how many at most.
-- Effects: they leave delayed and stand behind those that wait, whatever their priority; one marker; events waiting.
-- Result: how many left delayed; fewer than asked for: no more are there.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
local ids = redis.call('ZRANGE', queue.delayed, 0, tonumber(ARGV[1]) - 1)
check_runnable(queue)
trim_events(queue)
for _, id in ipairs(ids) do
    redis.call('ZREM', queue.delayed, id)
    if priority_if_job(queue, id) then
        redis.call('LPUSH', queue.runnable, id)
        emit(queue, 'waiting', 'jobId', id, 'prev', 'delayed')
    end
end
if #ids > 0 then
    wake_worker(queue)
end
return #ids
