-- Runs a finished job again.
-- Keys: 1 the queue's base.
-- Arguments: id.
-- Effects: leaves its set; result fields gone, counters kept; runnable; marker; a parent that had its result waits for it
--   again; event waiting.
-- Result: 1; -1 job gone; -3 not finished.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua
--@include lib/parent.lua

local queue = open_queue(KEYS[1])
local id = ARGV[1]
local job_key = queue.base .. id
local state = redis.call('ZSCORE', queue.base .. 'failed', id) and 'failed' or 'completed'

local function goes_in_front()
    local readable, options = pcall(cjson.decode, redis.call('HGET', job_key, 'opts') or '{}')
    return readable and type(options) == 'table' and options.lifo == true
end

if redis.call('EXISTS', job_key) == 0 then
    return -1
end
if redis.call('ZREM', queue.base .. state, id) == 0 then
    return -3
end
trim_events(queue)
redis.call('HDEL', job_key, 'finishedOn', 'processedOn',
    state == 'failed' and 'failedReason' or 'returnvalue')
push_runnable(queue, id, priority_of(job_key), goes_in_front())
wake_worker(queue)
local parent_key = redis.call('HGET', job_key, 'parentKey')
if parent_key then
    reattach_child(job_key, parent_key, state)
end
emit(queue, 'waiting', 'jobId', id, 'prev', state)
return 1
