-- The owner's right to a job: the value of <job>:lock.
-- Codes: 0 released; -2 the lock is gone; -6 somebody else holds it.

local function release_lock(queue, id, token)
    local lock_key = queue.base .. id .. ':lock'
    local owner = redis.call('GET', lock_key)
    if owner == token then
        redis.call('DEL', lock_key)
        redis.call('SREM', queue.base .. 'stalled', id)
        return 0
    end
    return owner and -6 or -2
end

-- Takes a job out of active for its owner.
-- Codes besides the above: -1 the job is gone; -3 it is not active.
local function leave_active(queue, id, token)
    if redis.call('EXISTS', queue.base .. id) == 0 then
        return -1
    end
    local code = release_lock(queue, id, token)
    if code ~= 0 then
        return code
    end
    if redis.call('LREM', queue.active, -1, id) == 0 then
        return -3
    end
    return 0
end

-- The failure an owner reports; empty texts mean that there is none.
local function store_failure(job_key, reason, stacktrace)
    if stacktrace ~= '' then
        redis.call('HSET', job_key, 'failedReason', reason, 'stacktrace', stacktrace)
    end
end
