-- How many finished jobs a collection keeps, and for how long. `group`: set_key, failed, keep: count (nothing: all), age in
-- seconds (nothing: for ever), limit of aged jobs removed at once. lib/parent.lua must be included before.

-- A child leaves its parent's dependencies when it completes; only one that failed may still hold its parent back.
local function detach_failed(queue, ids, now)
    for _, id in ipairs(ids) do
        local job_key = queue.base .. id
        local parent_key = redis.call('HGET', job_key, 'parentKey')
        if parent_key then
            attempt(job_key, detach_from_parent, job_key, parent_key, now)
        end
    end
end

local function delete_finished(queue, group, ids, now)
    if group.failed then
        detach_failed(queue, ids, now)
    end
    for i = 1, #ids do
        delete_job_keys(queue.base .. ids[i])
    end
end

-- At most 1000 jobs per finish are removed by number, so that a lowered limit does not stop the server.
local function apply_retention(queue, group, now)
    local set_key, keep = group.set_key, group.keep
    if keep.age then
        local cut = string.format('%.0f', now - keep.age * 1000)
        local aged = redis.call('ZREVRANGEBYSCORE', set_key, cut, '-inf', 'LIMIT', 0, keep.limit)
        if #aged > 0 then
            delete_finished(queue, group, aged, now)
            redis.call('ZREM', set_key, unpack(aged))
        end
    end
    if keep.count then
        local excess = math.min(redis.call('ZCARD', set_key) - keep.count, 1000)
        if excess > 0 then
            local last = string.format('%d', excess - 1)
            delete_finished(queue, group, redis.call('ZRANGE', set_key, '0', last), now)
            redis.call('ZREMRANGEBYRANK', set_key, '0', last)
        end
    end
end
