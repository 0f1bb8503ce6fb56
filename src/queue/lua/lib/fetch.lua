-- Moves up to `count` jobs to active under one token. `request`: now, token, lock (ms), worker (name or empty), count.
-- Result: { next due ms or 0, ttl of the rate limit or 0, jobs }, each job its id followed by its hash, flat.
-- Everything that can fail on a foreign value is read before the first job is moved.

-- "<count>" or "<count> <max> <window>": how many jobs are wanted, and the worker's own rate limit. The queue's max beats
-- the worker's, the worker's window beats the queue's.
local function read_wanted(queue, text)
    local count, max, window = string.match(text, '^(%d+) ?(%d*) ?(%d*)$')
    queue.limit = queue.limit or tonumber(max)
    queue.limit_window = tonumber(window) or queue.limit_window
    return tonumber(count)
end

-- How many may be taken; a second value is the time until the rate limit ends.
local function allowed(queue, count, active)
    if queue.limit then
        local started = tonumber(redis.call('GET', queue.base .. 'limiter')) or 0
        if started >= queue.limit then
            local ttl = redis.call('PTTL', queue.base .. 'limiter')
            if ttl == 0 then
                redis.call('DEL', queue.base .. 'limiter')
            elseif ttl > 0 then
                return 0, ttl
            end
            started = 0
        end
        count = math.min(count, queue.limit - started)
    end
    if queue.paused then
        return 0, 0
    end
    if queue.concurrency then
        count = math.min(count, queue.concurrency - active)
    end
    return math.max(count, 0), 0
end

local function take_from_wait(queue, count)
    if count == 1 then
        local id = redis.call('RPOP', queue.wait)
        return id and { id } or {}
    end
    local tail = redis.call('LRANGE', queue.wait, -count, -1)
    if #tail == 0 then
        return tail
    end
    redis.call('LTRIM', queue.wait, 0, -count - 1)
    local ids = {}
    for i = #tail, 1, -1 do
        ids[#ids + 1] = tail[i]
    end
    return ids
end

local function take_prioritized(queue, count)
    local popped = redis.call('ZPOPMIN', queue.prioritized, count)
    if #popped == 0 then
        redis.call('DEL', queue.base .. 'pc')
    end
    local ids = {}
    for i = 1, #popped, 2 do
        ids[#ids + 1] = popped[i]
    end
    return ids
end

-- The stored job, flat; false for an id that is no job: a hash without a name, no hash, or a marker of BullMQ 4. The second
-- value is how often it was started.
local function read_job(queue, id)
    if string.sub(id, 1, 2) == '0:' then
        return false
    end
    local job = redis.pcall('HGETALL', queue.base .. id)
    local named, starts = false, 0
    for i = 1, #job, 2 do
        if job[i] == 'name' then
            named = true
        elseif job[i] == 'ats' then
            starts = tonumber(job[i + 1]) or 0
        end
    end
    return named and job, starts
end

-- Locks and counts a job; what it changes is appended, where a reader takes the last of two.
local function activate(queue, id, job, starts, request)
    local job_key, size = queue.base .. id, #job
    redis.call('SET', job_key .. ':lock', request.token, 'PX', request.lock)
    emit(queue, 'active', 'jobId', id, 'prev', 'waiting')
    job[size + 1], job[size + 2] = 'processedOn', request.now_text
    job[size + 3], job[size + 4] = 'ats', string.format('%d', starts + 1)
    if request.worker ~= '' then
        job[size + 5], job[size + 6] = 'pb', request.worker
    end
    redis.call('HSET', job_key, unpack(job, size + 1))
    table.insert(job, 1, id)
    return job
end

-- Appends to `jobs` those of `ids` that are jobs, each now active.
local function activate_all(queue, ids, request, jobs)
    local taken, starts, found = {}, {}, {}
    for _, id in ipairs(ids) do
        local job, started = read_job(queue, id)
        if job then
            local place = #taken + 1
            taken[place], starts[place], found[place] = id, started, job
        end
    end
    if #taken > 0 then
        redis.call('LPUSH', queue.active, unpack(taken))
    end
    for i, id in ipairs(taken) do
        jobs[#jobs + 1] = activate(queue, id, found[i], starts[i], request)
    end
end

local function count_starts(queue, jobs)
    if not queue.limit then
        return
    end
    local started = 0
    for _, job in ipairs(jobs) do
        if redis.call('HEXISTS', queue.base .. job[1], 'defa') == 0 then
            started = started + 1
        end
    end
    if started == 0 then
        return
    end
    local total = redis.call('INCRBY', queue.base .. 'limiter', started)
    if total == started and queue.limit_window then
        redis.call('PEXPIRE', queue.base .. 'limiter', math.floor(math.abs(queue.limit_window)))
    end
end

local function fetch_jobs(queue, request)
    request.now_text = string.format('%.0f', request.now)
    local active = redis.call('LLEN', queue.active)
    redis.call('ZCARD', queue.prioritized)
    promote_due(queue, request.now)
    local room, ttl = allowed(queue, request.count, active)
    local jobs = {}
    local source, empty = take_from_wait, 0
    while #jobs < room and empty < 2 do
        local ids = source(queue, room - #jobs)
        if #ids == 0 then
            source, empty = take_prioritized, empty + 1
        end
        activate_all(queue, ids, request, jobs)
    end
    count_starts(queue, jobs)
    if #jobs > 0 and (redis.call('EXISTS', queue.wait) == 1 or
        redis.call('EXISTS', queue.prioritized) == 1) then
        wake_worker(queue)
    end
    return { next_due(queue), ttl, jobs }
end
