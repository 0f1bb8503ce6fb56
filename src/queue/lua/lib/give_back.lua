-- Puts a job its owner does not work on back to the front of its place. No attempt is counted; with `uncount` not even its
-- start. Codes as in lib/lock.lua, which must be included before.

local function give_back(queue, id, token, uncount)
    local job_key = queue.base .. id
    local code = leave_active(queue, id, token)
    -- What was never started goes back also when its lock has ended meanwhile: it did not stall.
    if code == -2 and uncount and redis.call('LREM', queue.active, -1, id) == 1 then
        redis.call('SREM', queue.base .. 'stalled', id)
        code = 0
    end
    if code ~= 0 then
        return code
    end
    local priority = priority_of(job_key)
    if priority > 0 then
        redis.call('ZADD', queue.prioritized, priority * 4294967296, id)
    else
        redis.call('RPUSH', queue.runnable, id)
    end
    if uncount then
        redis.call('HINCRBY', job_key, 'ats', -1)
    end
    wake_worker(queue)
    emit(queue, 'waiting', 'jobId', id, 'prev', 'active')
    return 0
end
