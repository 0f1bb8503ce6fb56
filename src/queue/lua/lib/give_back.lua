-- Puts a job its owner does not work on back to the front of its place. No attempt is counted; with `uncount` not even its
-- start. Codes as in lib/lock.lua, which must be included before.

local function give_back(queue, id, token, uncount)
    local job_key = queue.base .. id
    local code = leave_active(queue, id, token)
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
