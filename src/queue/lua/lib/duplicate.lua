-- An add whose id is taken. lib/parent.lua must be included before.

-- The job belongs to another parent that is still there.
local function belongs_elsewhere(job_key, parent_key)
    local former = redis.call('HGET', job_key, 'parentKey')
    return former and former ~= parent_key and redis.call('EXISTS', former) == 1
end

-- The job stays as it is, but may get a parent: one that has completed hands over its value at once. Releasing a parent that
-- has nothing left to wait for is the caller's.
-- Codes: 0 done; -7 it belongs to another parent.
local function meet_duplicate(queue, job)
    local job_key, parent_key = queue.base .. job.id, job.parent_key
    if parent_key then
        if belongs_elsewhere(job_key, parent_key) then
            return -7
        end
        redis.call('HSET', job_key, 'parentKey', parent_key, 'parent', job.parent)
        if redis.call('ZSCORE', queue.base .. 'completed', job.id) then
            local value = redis.call('HGET', job_key, 'returnvalue') or 'null'
            redis.call('HSET', parent_key .. ':processed', job_key, value)
        else
            redis.call('SADD', parent_key .. ':dependencies', job_key)
        end
    end
    emit(queue, 'duplicated', 'jobId', job.id)
    return 0
end
