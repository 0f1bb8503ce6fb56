-- Storing one job and putting it in its place. A job here: id, name, data, opts, timestamp, delay, priority, all texts as the
-- hash has them; `in_front`; and where it has them parent_key, parent (JSON), scheduler, dedup_id, `has_children`.

-- With no memory left Redis refuses a script at the first write that may need some, and once anything was written refuses
-- nothing: an add begins with such a write, which changes nothing.
local function open_for_adding(base, event_limit)
    local queue = open_queue(base)
    redis.call('SETRANGE', base .. 'id', '0', '')
    if not queue.max_events then
        queue.max_events = event_limit
        redis.call('HSET', base .. 'meta', 'opts.maxLenEvents', event_limit)
    end
    trim_events(queue)
    return queue
end

-- Every add counts, also one with an id of its own.
local function next_id(queue, custom)
    local number = redis.call('INCR', queue.base .. 'id')
    return custom ~= '' and custom or string.format('%.0f', number)
end

local function store_job(queue, job)
    local fields = { 'name', job.name, 'data', job.data, 'opts', job.opts, 'timestamp', job.timestamp,
        'delay', job.delay, 'priority', job.priority }
    local function add(name, value)
        if value then
            fields[#fields + 1], fields[#fields + 2] = name, value
        end
    end
    add('parentKey', job.parent_key)
    add('parent', job.parent)
    add('rjk', job.scheduler)
    add('deid', job.dedup_id)
    redis.call('HSET', queue.base .. job.id, unpack(fields))
    emit(queue, 'added', 'jobId', job.id, 'name', job.name)
end

local function enqueue_job(queue, job)
    local delay = tonumber(job.delay)
    if job.has_children then
        redis.call('ZADD', queue.base .. 'waiting-children', job.timestamp, job.id)
        emit(queue, 'waiting-children', 'jobId', job.id)
    elseif delay > 0 then
        local due = tonumber(job.timestamp) + delay
        push_delayed(queue, job.id, due)
        emit(queue, 'delayed', 'jobId', job.id, 'delay', string.format('%.0f', due))
        mark_next_delayed(queue)
    else
        push_runnable(queue, job.id, tonumber(job.priority), job.in_front)
        wake_worker(queue)
        emit(queue, 'waiting', 'jobId', job.id)
    end
end

local function add_job(queue, job)
    store_job(queue, job)
    enqueue_job(queue, job)
    if job.parent_key then
        redis.call('SADD', job.parent_key .. ':dependencies', queue.base .. job.id)
    end
end
