-- What a child's end means for its parent. A parent is known by its full job key; the part behind the last colon is its id.

local function locate(parent_key)
    return string.match(parent_key, '^(.*:)([^:]*)$')
end

-- Puts a parent that was just taken out of waiting-children (or delayed) where its options say.
local function enqueue_parent(queue, id, now, ignoring_options)
    local options = redis.call('HMGET', queue.base .. id, 'delay', 'priority')
    local delay, priority = tonumber(options[1]) or 0, tonumber(options[2]) or 0
    if ignoring_options then
        delay, priority = 0, 0
    end
    if delay > 0 then
        push_delayed(queue, id, now + delay)
        emit(queue, 'delayed', 'jobId', id, 'delay', string.format('%.0f', now + delay))
        mark_next_delayed(queue)
        return
    end
    push_runnable(queue, id, priority, true)
    wake_worker(queue)
    emit(queue, 'waiting', 'jobId', id, 'prev', 'waiting-children')
end

local function release_parent(parent_key, now, ignoring_options)
    local base, id = locate(parent_key)
    if not base or redis.call('EXISTS', parent_key) == 0 or
        redis.call('ZREM', base .. 'waiting-children', id) == 0 then
        return
    end
    enqueue_parent(open_queue(base), id, now, ignoring_options)
end

local function release_when_done(parent_key, now, ignoring_options)
    if redis.call('SCARD', parent_key .. ':dependencies') == 0 then
        release_parent(parent_key, now, ignoring_options)
    end
end

-- A child that is removed no longer holds its parent back.
local function detach_from_parent(job_key, parent_key, now)
    if parent_key and redis.call('SREM', parent_key .. ':dependencies', job_key) == 1 then
        release_when_done(parent_key, now, true)
    end
end

local function fail_parent(job_key, parent_key, now)
    local base, id = locate(parent_key)
    redis.call('ZADD', parent_key .. ':unsuccessful', now, job_key)
    if not base or redis.call('EXISTS', parent_key) == 0 or
        redis.call('ZSCORE', base .. 'failed', id) then
        return
    end
    redis.call('HSET', parent_key, 'defa', 'child ' .. job_key .. ' failed')
    local was_waiting = redis.call('ZREM', base .. 'waiting-children', id) == 1
    local was_delayed = not was_waiting and redis.call('ZREM', base .. 'delayed', id) == 1
    if was_delayed then
        redis.call('HSET', parent_key, 'delay', 0)
    end
    if was_waiting or was_delayed then
        enqueue_parent(open_queue(base), id, now, false)
    end
end

local function child_completed(job_key, parent_key, value, now)
    if redis.call('SREM', parent_key .. ':dependencies', job_key) == 1 then
        redis.call('HSET', parent_key .. ':processed', job_key, value)
        release_when_done(parent_key, now, false)
    end
end

-- `relation` is the child's `parent` field; its flags decide, and a flag of null counts.
local function child_failed(job_key, parent_key, relation, reason, now)
    local readable, flags = pcall(cjson.decode, relation or '{}')
    if not readable or type(flags) ~= 'table' or
        not (flags.fpof or flags.cpof or flags.idof or flags.rdof) then
        return
    end
    if redis.call('SREM', parent_key .. ':dependencies', job_key) == 0 then
        return
    end
    if flags.fpof then
        fail_parent(job_key, parent_key, now)
        return
    end
    if flags.cpof or flags.idof then
        redis.call('HSET', parent_key .. ':failed', job_key, reason)
    end
    if flags.cpof then
        release_parent(parent_key, now, false)
    else
        release_when_done(parent_key, now, false)
    end
end

-- A finished child that runs again is waited for again by the parent that had its result.
local function reattach_child(job_key, parent_key, state)
    if redis.call('EXISTS', parent_key) == 0 then
        return
    end
    local had
    if state == 'completed' then
        had = redis.call('HDEL', parent_key .. ':processed', job_key)
    else
        had = redis.call('ZREM', parent_key .. ':unsuccessful', job_key) +
            redis.call('HDEL', parent_key .. ':failed', job_key)
    end
    if had > 0 then
        redis.call('SADD', parent_key .. ':dependencies', job_key)
    end
end
