-- Moves up to `count` jobs to active under one token. `request`: now, token, lock (ms), worker (name or empty), count.
-- Result: { next due ms or 0, ttl of the rate limit or 0, how many jobs, the jobs }. The jobs are one text, as a reply of many
-- costs more than all commands here: MessagePack of their ids and of their hashes before this start. Of a job with the fields of
-- its add and no others, as most are, that is six texts, the values in read_job's order; else fields and values in turn and an
-- empty text, an odd number.
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
    local tail = redis.call('LRANGE', queue.wait, string.format('%d', -count), '-1')
    if #tail == 0 then
        return tail
    end
    redis.call('LTRIM', queue.wait, '0', string.format('%d', -count - 1))
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

-- The stored job, as described above; false for an id that is no job: a hash without a name, no hash, or a marker of BullMQ 4.
-- The second value is how often it was started.
local function read_job(queue, id)
    if string.sub(id, 1, 2) == '0:' then
        return false
    end
    local job_key = queue.base .. id
    local plain = redis.pcall('HMGET', job_key, 'name', 'data', 'opts', 'timestamp', 'delay', 'priority')
    if plain[1] and plain[2] and plain[3] and plain[4] and plain[5] and plain[6] and redis.call('HLEN', job_key) == 6 then
        return plain, 0
    end
    local job = redis.pcall('HGETALL', job_key)
    local named, starts = false, 0
    for i = 1, #job, 2 do
        if job[i] == 'name' then
            named = true
        elseif job[i] == 'ats' then
            starts = tonumber(job[i + 1]) or 0
        end
    end
    job[#job + 1] = ''
    return named and job, starts
end

-- Locks, counts and announces the jobs of `ids` from the place `first`; `starts` has what their counter becomes.
local function activate(queue, request, ids, first, starts)
    local call, base, events, worker = redis.call, queue.base, queue.events, request.worker
    local lock, token, now = request.lock, request.token, request.now_text
    for place = first, #ids do
        local id = ids[place]
        local job_key = base .. id
        call('PSETEX', job_key .. ':lock', lock, token)
        call('XADD', events, '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')
        if worker == '' then
            call('HSET', job_key, 'processedOn', now, 'ats', starts[place])
        else
            call('HSET', job_key, 'processedOn', now, 'ats', starts[place], 'pb', worker)
        end
    end
end

-- Those of `candidates` that are jobs become active; their ids and hashes are appended.
local function take(queue, request, candidates, ids, hashes)
    local size, starts = #ids, {}
    local first = size + 1
    for i = 1, #candidates do
        local hash, started = read_job(queue, candidates[i])
        if hash then
            size = size + 1
            ids[size], hashes[size] = candidates[i], hash
            starts[size] = started == 0 and '1' or string.format('%d', started + 1)
        end
    end
    if size >= first then
        redis.call('LPUSH', queue.active, unpack(ids, first))
        activate(queue, request, ids, first, starts)
    end
end

local function count_starts(queue, ids)
    if not queue.limit then
        return
    end
    local started = 0
    for _, id in ipairs(ids) do
        if redis.call('HEXISTS', queue.base .. id, 'defa') == 0 then
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
    local ids, hashes = {}, {}
    local source, empty = take_from_wait, 0
    while #ids < room and empty < 2 do
        local candidates = source(queue, room - #ids)
        if #candidates == 0 then
            source, empty = take_prioritized, empty + 1
        end
        take(queue, request, candidates, ids, hashes)
    end
    count_starts(queue, ids)
    if #ids > 0 and (redis.call('EXISTS', queue.wait) == 1 or
        redis.call('EXISTS', queue.prioritized) == 1) then
        wake_worker(queue)
    end
    return { next_due(queue), ttl, #ids, cmsgpack.pack({ ids, hashes }) }
end
