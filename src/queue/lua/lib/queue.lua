-- Helpers every script includes: the state of one queue, its events, markers and runnable collections. Where it matters numbers
-- go to commands as text: Redis needs longer to print one than to run a small command.
-- A queue is opened once per script and queue; `base` is "<prefix>:<name>:". Nothing here runs by itself.

local function open_queue(base)
    local meta = redis.call('HMGET', base .. 'meta', 'paused', 'concurrency', 'max', 'duration',
        'version', 'opts.maxLenEvents')
    local queue = {
        base = base,
        paused = meta[1],
        concurrency = tonumber(meta[2]),
        limit = tonumber(meta[3]),
        limit_window = tonumber(meta[4]),
        max_events = meta[6] and string.match(meta[6], '^%d+$'),
        wait = base .. 'wait',
        active = base .. 'active',
        prioritized = base .. 'prioritized',
        delayed = base .. 'delayed',
        marker = base .. 'marker',
        events = base .. 'events',
    }
    -- BullMQ 5 parks runnable jobs in a list of their own while paused; version 6 leaves them in wait.
    local parks = queue.paused and meta[5] and string.match(meta[5], ':(%d+)') == '5'
    queue.runnable = parks and (base .. 'paused') or queue.wait
    return queue
end

-- What a job's end means for keys of others, where a foreign value must not keep the job itself from its place: the server's
-- log has it.
local function attempt(subject, step, ...)
    local fine, problem = pcall(step, ...)
    if not fine then
        problem = type(problem) == 'table' and problem.err or tostring(problem)
        redis.log(redis.LOG_WARNING, subject .. ': ' .. problem)
    end
end

local function emit(queue, event, ...)
    redis.call('XADD', queue.events, '*', 'event', event, ...)
end

local function trim_events(queue)
    redis.call('XTRIM', queue.events, 'MAXLEN', '~', queue.max_events or '10000')
end

-- Asked at the moment of use: the number of active jobs changes within a script.
local function is_blocked(queue)
    return queue.paused or
        (queue.concurrency and redis.call('LLEN', queue.active) >= queue.concurrency)
end

local function wake_worker(queue)
    if not is_blocked(queue) then
        redis.call('ZADD', queue.marker, '0', '0')
    end
end

-- The delay marker carries the time of the earliest delayed job.
local function mark_next_delayed(queue)
    local head = redis.call('ZRANGE', queue.delayed, '0', '0', 'WITHSCORES')
    if head[2] then
        redis.call('ZADD', queue.marker, math.floor(tonumber(head[2]) / 4096), '1')
    end
end

local function next_due(queue)
    local head = redis.call('ZRANGE', queue.delayed, '0', '0', 'WITHSCORES')
    return head[2] and math.floor(tonumber(head[2]) / 4096) or 0
end

-- Inside one priority the order is that of arrival, which `pc` counts.
local function push_all_prioritized(queue, ids, priorities)
    local before = redis.call('INCRBY', queue.base .. 'pc', #ids) - #ids
    local members = {}
    for i = 1, #ids do
        members[2 * i - 1] = string.format('%.0f', priorities[i] * 4294967296 + (before + i) % 4294967296)
        members[2 * i] = ids[i]
    end
    redis.call('ZADD', queue.prioritized, unpack(members))
end

local function push_prioritized(queue, id, priority)
    push_all_prioritized(queue, { id }, { priority })
end

-- `in_front` concerns the plain list only.
local function push_runnable(queue, id, priority, in_front)
    if priority > 0 then
        push_prioritized(queue, id, priority)
    else
        redis.call(in_front and 'RPUSH' or 'LPUSH', queue.runnable, id)
    end
end

-- Jobs of the same millisecond keep their order: 4096 places each, the last one shared.
local function push_delayed(queue, id, due)
    local first, last = due * 4096, due * 4096 + 4095
    local highest = redis.call('ZREVRANGEBYSCORE', queue.delayed, last, first, 'WITHSCORES',
        'LIMIT', 0, 1)
    local score = highest[2] and math.min(tonumber(highest[2]) + 1, last) or first
    redis.call('ZADD', queue.delayed, score, id)
end

local function priority_of(job_key)
    return tonumber(redis.call('HGET', job_key, 'priority')) or 0
end

-- Nothing for an id without a job, or of another key: it is dropped where many are moved.
local function priority_if_job(queue, id)
    local priority = redis.pcall('HGET', queue.base .. id, 'priority')
    if type(priority) == 'table' or not priority and redis.call('EXISTS', queue.base .. id) == 0 then
        return nil
    end
    return tonumber(priority) or 0
end

-- Fails where pushing to the runnable collections would, while each id still is where it was.
local function check_runnable(queue)
    redis.call('LLEN', queue.runnable)
    redis.call('ZCARD', queue.prioritized)
    redis.call('XLEN', queue.events)
    redis.call('ZCARD', queue.marker)
    assert(tonumber(redis.call('GET', queue.base .. 'pc') or 0), 'ERR pc is no number')
end

local function promote_due(queue, now)
    local due = redis.call('ZRANGEBYSCORE', queue.delayed, '-inf', string.format('%.0f', (now + 1) * 4096 - 1),
        'LIMIT', '0', '1000')
    if #due == 0 then
        return
    end
    check_runnable(queue)
    local priorities = {}
    for i, id in ipairs(due) do
        priorities[i] = priority_if_job(queue, id) or false
    end
    redis.call('ZREM', queue.delayed, unpack(due))
    for i, id in ipairs(due) do
        if priorities[i] then
            push_runnable(queue, id, priorities[i], false)
            emit(queue, 'waiting', 'jobId', id, 'prev', 'delayed')
            redis.call('HSET', queue.base .. id, 'delay', 0)
        end
    end
    wake_worker(queue)
end

-- All keys of a job except its lock.
local function delete_job_keys(job_key)
    redis.call('DEL', job_key, job_key .. ':logs', job_key .. ':dependencies', job_key .. ':processed',
        job_key .. ':failed', job_key .. ':unsuccessful')
end
