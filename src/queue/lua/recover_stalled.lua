-- Puts active jobs whose owner is gone back to the front of the queue.
-- Keys: 1 the queue's base.
-- Arguments: now, interval between scans (ms), how often a job may stall.
-- Effects: at most one scan per interval; a candidate of an earlier scan without a lock goes to wait (priority ignored),
--   its stalled counter grows, and beyond the limit it is marked to fail without running; then every active job is a candidate.
-- Result: the ids put back.
-- Atomic: against other scanners and against lock renewal.
--@include lib/queue.lua

local base = KEYS[1]
local limit = tonumber(ARGV[3])

local function is_scheduled(scheduler)
    return scheduler and (redis.call('EXISTS', base .. 'repeat:' .. scheduler) == 1 or
        redis.call('ZSCORE', base .. 'repeat', scheduler))
end

local function put_back(queue, id)
    local job_key = base .. id
    -- Not HINCRBY: a foreign value would end the scan for all jobs.
    local count = (tonumber(redis.call('HGET', job_key, 'stc')) or 0) + 1
    redis.call('HSET', job_key, 'stc', string.format('%.0f', count))
    if count > limit and not is_scheduled(redis.call('HGET', job_key, 'rjk')) then
        redis.call('HSET', job_key, 'defa', 'job stalled more than allowable limit')
    end
    redis.call('RPUSH', queue.runnable, id)
    wake_worker(queue)
    emit(queue, 'waiting', 'jobId', id, 'prev', 'active')
    emit(queue, 'stalled', 'jobId', id)
end

if not redis.call('SET', base .. 'stalled-check', ARGV[1], 'PX', ARGV[2], 'NX') then
    return {}
end
local queue = open_queue(base)
trim_events(queue)
local candidates = redis.call('SMEMBERS', base .. 'stalled')
redis.call('DEL', base .. 'stalled')
local recovered = {}
for _, id in ipairs(candidates) do
    if redis.call('EXISTS', base .. id .. ':lock') == 0 and
        redis.call('LREM', queue.active, 1, id) == 1 then
        local kind = redis.call('TYPE', base .. id)
        if kind.ok == 'hash' then
            put_back(queue, id)
            recovered[#recovered + 1] = id
        end
    end
end
local active = redis.call('LRANGE', queue.active, 0, -1)
for first = 1, #active, 7000 do
    redis.call('SADD', base .. 'stalled', unpack(active, first, math.min(first + 6999, #active)))
end
return recovered
