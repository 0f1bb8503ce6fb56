-- Moves jobs to completed or failed, and takes the next ones for the slots that became free.
-- Keys: 1 the queue's base.
-- Arguments: now, token for the next jobs, lock duration (ms), worker name, how many next jobs at most (0: none); then for
--   each finished job nine: id, token, "completed" or "failed", return value (JSON) or reason, stack traces (JSON, failed
--   only), attempts allowed, how many finished jobs to keep (empty: all), for how many seconds (empty: for ever), how many
--   aged ones to remove at most.
-- Effects per job: lock and active entry gone, counters, parent, deduplication owner, retention, events.
-- Result: { codes, fetch result or nothing }. Codes: 0 done; -1 job gone; -2 lock gone; -3 not active; -4 children pending;
--   -6 lock of another; -9 failed children; a text: a foreign value in the job's keys stood in the way. None of them
--   touches the other jobs.
-- Atomic: a job finishes once.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/parent.lua
--@include lib/fetch.lua

local function release_deduplication(queue, id, dedup_id)
    local owner_key = queue.base .. 'de:' .. dedup_id
    local ttl = redis.call('PTTL', owner_key)
    if ttl == 0 or (ttl == -1 and redis.call('GET', owner_key) == id) then
        redis.call('DEL', owner_key)
    end
end

local function remove_finished(queue, ids, now)
    for _, id in ipairs(ids) do
        local job_key = queue.base .. id
        detach_from_parent(job_key, redis.call('HGET', job_key, 'parentKey'), now)
        delete_job_keys(job_key)
    end
end

-- At most 1000 jobs per finish are removed by number, so that a lowered limit does not stop the server.
local function apply_retention(queue, set_key, job, now)
    if job.keep_age then
        local cut = string.format('%.0f', now - job.keep_age * 1000)
        local old = redis.call('ZREVRANGEBYSCORE', set_key, cut, '-inf', 'LIMIT', 0, job.keep_limit)
        if #old > 0 then
            remove_finished(queue, old, now)
            redis.call('ZREM', set_key, unpack(old))
        end
    end
    if job.keep_count and job.keep_count > 0 then
        local excess = math.min(redis.call('ZCARD', set_key) - job.keep_count, 1000)
        if excess > 0 then
            local old = redis.call('ZRANGE', set_key, 0, excess - 1)
            remove_finished(queue, old, now)
            redis.call('ZREM', set_key, unpack(old))
        end
    end
end

local function settle(queue, job, job_key, parent_key, now)
    local set_key = queue.base .. job.state
    if job.keep_count == 0 then
        delete_job_keys(job_key)
        detach_from_parent(job_key, parent_key, now)
    else
        redis.call('ZADD', set_key, now, job.id)
        redis.call('HSET', job_key, job.state == 'failed' and 'failedReason' or 'returnvalue',
            job.value, 'finishedOn', now)
        if job.state == 'failed' then
            redis.call('HDEL', job_key, 'defa')
        end
        apply_retention(queue, set_key, job, now)
    end
end

local function announce(queue, job, made)
    if job.state == 'completed' then
        emit(queue, 'completed', 'jobId', job.id, 'returnvalue', job.value, 'prev', 'active')
        return
    end
    emit(queue, 'failed', 'jobId', job.id, 'failedReason', job.value, 'prev', 'active')
    if made >= job.attempts then
        emit(queue, 'retries-exhausted', 'jobId', job.id, 'attemptsMade', made)
    end
end

local function finish(queue, job, now)
    local job_key = queue.base .. job.id
    if redis.call('EXISTS', job_key) == 0 then
        return -1
    end
    if job.state == 'completed' then
        if redis.call('SCARD', job_key .. ':dependencies') ~= 0 then
            return -4
        end
        if redis.call('ZCARD', job_key .. ':unsuccessful') ~= 0 then
            return -9
        end
    end
    local code = release_lock(queue, job.id, job.token)
    if code ~= 0 then
        return code
    end
    store_failure(job_key, job.value, job.stacktrace)
    if redis.call('LREM', queue.active, -1, job.id) == 0 then
        return -3
    end
    local relation = redis.call('HMGET', job_key, 'parentKey', 'parent', 'deid')
    local parent_key = relation[1]
    if relation[3] then
        release_deduplication(queue, job.id, relation[3])
    end
    if parent_key and job.state == 'completed' then
        child_completed(job_key, parent_key, job.value, now)
    elseif parent_key then
        child_failed(job_key, parent_key, relation[2], job.value, now)
    end
    local made = redis.call('HINCRBY', job_key, 'atm', 1)
    settle(queue, job, job_key, parent_key, now)
    announce(queue, job, made)
    return 0
end

-- An error about one job's keys must not take the others with it; one about the server concerns the whole call.
local function finish_alone(queue, job, now)
    local fine, result = pcall(finish, queue, job, now)
    if fine then
        return result
    end
    local problem = type(result) == 'table' and result.err or tostring(result)
    if string.find(problem, 'WRONGTYPE', 1, true) or string.find(problem, 'ERR ', 1, true) then
        return problem
    end
    error(result, 0)
end

local function is_drained(queue)
    return redis.call('LLEN', queue.wait) == 0 and redis.call('LLEN', queue.active) == 0 and
        redis.call('ZCARD', queue.prioritized) == 0
end

local queue = open_queue(KEYS[1])
local now, wanted = tonumber(ARGV[1]), tonumber(ARGV[5])
trim_events(queue)
local codes = {}
local finished_any = false
for at = 6, #ARGV, 9 do
    local job = {
        id = ARGV[at],
        token = ARGV[at + 1],
        state = ARGV[at + 2],
        value = ARGV[at + 3],
        stacktrace = ARGV[at + 4],
        attempts = tonumber(ARGV[at + 5]),
        keep_count = tonumber(ARGV[at + 6]),
        keep_age = tonumber(ARGV[at + 7]),
        keep_limit = tonumber(ARGV[at + 8]),
    }
    local code = finish_alone(queue, job, now)
    codes[#codes + 1] = code
    finished_any = finished_any or code == 0
end
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
