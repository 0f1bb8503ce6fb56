-- Deletes a job that does not run.
-- Keys: 1 the queue's base.
-- Arguments: now, id.
-- Effects: gone from its collection, its parent and its keys; deduplication owner released; event removed.
-- Result: 1 removed; -1 unknown; 0 it is locked; -8 it is the current iteration of a scheduler.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua

local queue = open_queue(KEYS[1])
local now, id = tonumber(ARGV[1]), ARGV[2]
local job_key = queue.base .. id

local function leave_collection()
    for _, name in ipairs({ 'completed', 'waiting-children', 'delayed', 'failed', 'prioritized' }) do
        if redis.call('ZREM', queue.base .. name, id) == 1 then
            return name
        end
    end
    for _, name in ipairs({ 'wait', 'paused', 'active' }) do
        if redis.call('LREM', queue.base .. name, 0, id) > 0 then
            return name
        end
    end
    return 'unknown'
end

-- Another key of the queue is no job, whatever the caller believes.
local kind = redis.call('TYPE', job_key).ok
if id == 'meta' or (kind ~= 'hash' and kind ~= 'none') then
    return -1
end
local fields = redis.call('HMGET', job_key, 'rjk', 'parentKey', 'deid')
if fields[1] then
    local current = redis.call('ZSCORE', queue.base .. 'repeat', fields[1])
    if current and id == 'repeat:' .. fields[1] .. ':' .. current then
        return -8
    end
end
if redis.call('EXISTS', job_key .. ':lock') == 1 then
    return 0
end
detach_from_parent(job_key, fields[2], now)
local previous = leave_collection()
if fields[3] then
    local owner_key = queue.base .. 'de:' .. fields[3]
    if redis.call('GET', owner_key) == id then
        redis.call('DEL', owner_key, queue.base .. 'dn:' .. fields[3])
    end
end
local existed = redis.call('EXISTS', job_key) == 1
delete_job_keys(job_key)
if not existed then
    return previous == 'unknown' and -1 or 1
end
trim_events(queue)
emit(queue, 'removed', 'jobId', id, 'prev', previous)
return 1
