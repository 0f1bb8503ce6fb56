-- Removing one job, with or without what hangs on it. lib/parent.lua must be included before.

local function leave_collection(queue, id)
    for _, name in ipairs({ 'completed', 'waiting-children', 'delayed', 'failed', 'prioritized' }) do
        if redis.call('ZREM', queue.base .. name, id) == 1 then
            return name
        end
    end
    for _, name in ipairs({ 'wait', 'paused', 'active' }) do
        if redis.call('LREM', queue.base .. name, 0, id) > 0 then
            return name
        end
    end
    return 'unknown'
end

-- Whether the job or one it still waits for, however deep, is being worked on.
local function is_tree_locked(job_key, seen)
    if seen[job_key] then
        return false
    end
    seen[job_key] = true
    if redis.call('EXISTS', job_key .. ':lock') == 1 then
        return true
    end
    for _, child_key in ipairs(redis.call('SMEMBERS', job_key .. ':dependencies')) do
        if is_tree_locked(child_key, seen) then
            return true
        end
    end
    return false
end

-- `which`: "none", "pending" or "all".
local function children_of(job_key, which)
    if which == 'none' then
        return {}
    end
    local children = redis.call('SMEMBERS', job_key .. ':dependencies')
    if which == 'all' then
        for _, found in ipairs({ redis.call('HKEYS', job_key .. ':processed'),
            redis.call('HKEYS', job_key .. ':failed'),
            redis.call('ZRANGE', job_key .. ':unsuccessful', 0, -1) }) do
            for _, child_key in ipairs(found) do
                children[#children + 1] = child_key
            end
        end
    end
    return children
end

local function release_owned_deduplication(queue, id, dedup_id)
    local owner_key = queue.base .. 'de:' .. dedup_id
    if redis.call('GET', owner_key) == id then
        redis.call('DEL', owner_key, queue.base .. 'dn:' .. dedup_id)
    end
end

-- Leaves its collection before its children go, so that none of them releases it. Whether there was something to remove.
local remove_tree
function remove_tree(queue, id, now, which)
    local job_key = queue.base .. id
    local fields = redis.call('HMGET', job_key, 'parentKey', 'deid')
    local existed = redis.call('EXISTS', job_key) == 1
    detach_from_parent(job_key, fields[1], now)
    local previous = leave_collection(queue, id)
    for _, child_key in ipairs(children_of(job_key, which)) do
        local base, child_id = locate(child_key)
        if base and redis.call('TYPE', child_key).ok == 'hash' then
            remove_tree(open_queue(base), child_id, now, which)
        end
    end
    if fields[2] then
        release_owned_deduplication(queue, id, fields[2])
    end
    delete_job_keys(job_key)
    if existed then
        trim_events(queue)
        emit(queue, 'removed', 'jobId', id, 'prev', previous)
    end
    return existed or previous ~= 'unknown'
end
