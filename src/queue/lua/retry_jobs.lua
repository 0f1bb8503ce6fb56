-- Runs finished jobs again, oldest first.
-- Keys: 1 the queue's base.
-- Arguments: "failed" or "completed", latest end of such a job (ms), how many at most.
-- Effects: they leave the set; result fields gone, counters kept; behind those that wait, whatever their priority; parents
--   that had a result wait for it again; one marker; events waiting.
-- Result: how many left the set; fewer than asked for: no more are there.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua
--@include lib/parent.lua

local queue = open_queue(KEYS[1])
local state = ARGV[1]
local set_key = queue.base .. state
local ids = redis.call('ZRANGEBYSCORE', set_key, '-inf', ARGV[2], 'LIMIT', 0, tonumber(ARGV[3]))
check_runnable(queue)
trim_events(queue)
for _, id in ipairs(ids) do
    local job_key = queue.base .. id
    redis.call('ZREM', set_key, id)
    if priority_if_job(queue, id) then
        redis.call('HDEL', job_key, 'finishedOn', 'processedOn',
            state == 'failed' and 'failedReason' or 'returnvalue')
        redis.call('LPUSH', queue.runnable, id)
        local parent_key = redis.call('HGET', job_key, 'parentKey')
        if parent_key then
            attempt(job_key, reattach_child, job_key, parent_key, state)
        end
        emit(queue, 'waiting', 'jobId', id, 'prev', state)
    end
end
if #ids > 0 then
    wake_worker(queue)
end
return #ids
