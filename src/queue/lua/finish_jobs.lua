-- Moves jobs to completed or failed, and takes the next ones for the slots that became free.
-- Keys: 1 the queue's base.
-- Arguments: now, token for the next jobs, lock duration (ms), worker name, how many next jobs at most (0: none); then for
--   each finished job nine: id, token, "completed" or "failed", return value (JSON) or reason, stack traces (JSON, failed
--   only), attempts allowed, how many finished jobs to keep (empty: all), for how many seconds (empty: for ever), how many
--   aged ones to remove at most.
-- Effects per job: lock and active entry gone, counters, parent, deduplication owner and the job kept for its end, retention,
--   events.
-- Result: { codes, fetch result or nothing }. Codes: 0 done; -1 job gone; -2 lock gone; -3 not active; -4 children pending;
--   -6 lock of another; -9 failed children; a text: a foreign value in the job's keys stood in the way. None of them
--   touches the other jobs.
-- Atomic: a job finishes once.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/parent.lua
--@include lib/add.lua
--@include lib/add_next.lua
--@include lib/fetch.lua

-- A key with time left goes on throttling after its job.
local function release_deduplication(queue, id, dedup_id, now)
    local owner_key = queue.base .. 'de:' .. dedup_id
    local owner = redis.call('GET', owner_key)
    if owner == id and redis.call('PTTL', owner_key) <= 0 then
        redis.call('DEL', owner_key)
        owner = false
    end
    if not owner then
        add_next(queue, dedup_id, now)
    end
end

local function remove_finished(queue, set_key, ids, now)
    if #ids == 0 then
        return
    end
    local doomed = {}
    for _, id in ipairs(ids) do
        local job_key = queue.base .. id
        detach_from_parent(job_key, redis.call('HGET', job_key, 'parentKey'), now)
        add_job_keys(doomed, job_key)
    end
    redis.call('DEL', unpack(doomed))
    redis.call('ZREM', set_key, unpack(ids))
end

-- At most 1000 jobs per finish are removed by number, so that a lowered limit does not stop the server.
local function apply_retention(queue, set_key, keep, now)
    if keep.age then
        local cut = string.format('%.0f', now - keep.age * 1000)
        remove_finished(queue, set_key,
            redis.call('ZREVRANGEBYSCORE', set_key, cut, '-inf', 'LIMIT', 0, keep.limit), now)
    end
    if keep.count and keep.count > 0 then
        local excess = math.min(redis.call('ZCARD', set_key) - keep.count, 1000)
        if excess > 0 then
            remove_finished(queue, set_key, redis.call('ZRANGE', set_key, 0, excess - 1), now)
        end
    end
end

-- Jobs whose state and retention are the same are stored together: the newest n of all are the newest n at each step.
local function same_place(a, b)
    return a.state == b.state and a.keep.count == b.keep.count and a.keep.age == b.keep.age and
        a.keep.limit == b.keep.limit
end

local function store_finished(queue, jobs, now)
    local at = 1
    while jobs[at] do
        local first, members = jobs[at], {}
        local set_key = queue.base .. first.state
        while jobs[at] and same_place(jobs[at], first) do
            members[#members + 1] = ARGV[1]
            members[#members + 1] = jobs[at].id
            at = at + 1
        end
        redis.call('ZADD', set_key, unpack(members))
        apply_retention(queue, set_key, first.keep, now)
    end
end

-- `now` is text here: Redis is slow at turning numbers into it.
local function settle(job, now)
    local made = string.format('%d', job.made)
    if job.state == 'failed' then
        redis.call('HSET', job.key, 'failedReason', job.value, 'finishedOn', now, 'atm', made)
        redis.call('HDEL', job.key, 'defa')
    else
        redis.call('HSET', job.key, 'returnvalue', job.value, 'finishedOn', now, 'atm', made)
    end
end

local function announce(queue, job)
    if job.state == 'completed' then
        emit(queue, 'completed', 'jobId', job.id, 'returnvalue', job.value, 'prev', 'active')
        return
    end
    emit(queue, 'failed', 'jobId', job.id, 'failedReason', job.value, 'prev', 'active')
    if job.made >= job.attempts then
        emit(queue, 'retries-exhausted', 'jobId', job.id, 'attemptsMade', job.made)
    end
end

-- Whether the job may finish; nothing is changed. `owner` is the value of its lock, or false.
local function examine(job, owner, any_children)
    local hash = redis.call('HMGET', job.key, 'name', 'atm', 'parentKey', 'parent', 'deid')
    if not hash[1] and redis.call('EXISTS', job.key) == 0 then
        return -1
    end
    if any_children and job.state == 'completed' then
        if redis.call('SCARD', job.key .. ':dependencies') ~= 0 then
            return -4
        end
        if redis.call('ZCARD', job.key .. ':unsuccessful') ~= 0 then
            return -9
        end
    end
    if owner ~= job.token then
        return owner and -6 or -2
    end
    job.made = (tonumber(hash[2]) or 0) + 1
    job.parent_key, job.relation, job.dedup_id = hash[3], hash[4], hash[5]
    return 0
end

-- Its lock is gone already; the collection is store_finished's.
local function finish(queue, job, now)
    store_failure(job.key, job.value, job.stacktrace)
    if redis.call('LREM', queue.active, -1, job.id) == 0 then
        return -3
    end
    if job.dedup_id then
        release_deduplication(queue, job.id, job.dedup_id, ARGV[1])
    end
    if job.parent_key and job.state == 'completed' then
        child_completed(job.key, job.parent_key, job.value, now)
    elseif job.parent_key then
        child_failed(job.key, job.parent_key, job.relation, job.value, now)
    end
    if job.keep.count == 0 then
        delete_job_keys(job.key)
        detach_from_parent(job.key, job.parent_key, now)
    else
        settle(job, ARGV[1])
    end
    announce(queue, job)
    return 0
end

-- An error about one job's keys must not take the others with it; one about the server concerns the whole call.
local function alone(step, ...)
    local fine, result = pcall(step, ...)
    if fine then
        return result
    end
    local problem = type(result) == 'table' and result.err or tostring(result)
    if string.find(problem, 'WRONGTYPE', 1, true) or string.find(problem, 'ERR ', 1, true) then
        return problem
    end
    error(result, 0)
end

local function read_finished(queue)
    local jobs = {}
    for at = 6, #ARGV, 9 do
        jobs[#jobs + 1] = {
            id = ARGV[at],
            key = queue.base .. ARGV[at],
            token = ARGV[at + 1],
            state = ARGV[at + 2],
            value = ARGV[at + 3],
            stacktrace = ARGV[at + 4],
            attempts = tonumber(ARGV[at + 5]),
            keep = {
                count = tonumber(ARGV[at + 6]),
                age = tonumber(ARGV[at + 7]),
                limit = tonumber(ARGV[at + 8]),
            },
        }
    end
    return jobs
end

-- The result code of each job as far as reading tells; the locks of those that may finish are released.
local function release_all(queue, jobs)
    local lock_keys, child_keys = {}, {}
    for i, job in ipairs(jobs) do
        lock_keys[i] = job.key .. ':lock'
        child_keys[2 * i - 1] = job.key .. ':dependencies'
        child_keys[2 * i] = job.key .. ':unsuccessful'
    end
    local owners = redis.call('MGET', unpack(lock_keys))
    local any_children = redis.call('EXISTS', unpack(child_keys)) > 0
    local codes, ids, released = {}, {}, {}
    for i, job in ipairs(jobs) do
        codes[i] = alone(examine, job, owners[i], any_children)
        if codes[i] == 0 then
            ids[#ids + 1] = job.id
            released[#released + 1] = lock_keys[i]
        end
    end
    if #ids > 0 then
        redis.call('SREM', queue.base .. 'stalled', unpack(ids))
        redis.call('DEL', unpack(released))
    end
    return codes
end

local function finish_all(queue, jobs, now)
    local codes, kept, any = release_all(queue, jobs), {}, false
    for i, job in ipairs(jobs) do
        if codes[i] == 0 then
            codes[i] = alone(finish, queue, job, now)
        end
        if codes[i] == 0 then
            any = true
            if job.keep.count ~= 0 then
                kept[#kept + 1] = job
            end
        end
    end
    store_finished(queue, kept, now)
    return codes, any
end

local function is_drained(queue)
    return redis.call('LLEN', queue.wait) == 0 and redis.call('LLEN', queue.active) == 0 and
        redis.call('ZCARD', queue.prioritized) == 0
end

local queue = open_queue(KEYS[1])
local now, wanted = tonumber(ARGV[1]), read_wanted(queue, ARGV[5])
trim_events(queue)
local codes, finished_any = finish_all(queue, read_finished(queue), now)
local fetched = false
local found_something = false
if wanted > 0 then
    -- What is finished stays finished, and its codes are reported, whatever the fetch meets.
    local fine, result = pcall(fetch_jobs, queue,
        { now = now, token = ARGV[2], lock = ARGV[3], worker = ARGV[4], count = wanted })
    fetched = fine and result
    found_something = not fine or result[1] > 0 or result[2] > 0 or #result[3] > 0 or
        is_blocked(queue)
end
if finished_any and not found_something and is_drained(queue) then
    emit(queue, 'drained')
end
return { codes, fetched }
