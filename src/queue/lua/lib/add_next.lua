-- The job that was asked for while the owner of its deduplication id ran (keepLastIfActive) takes over when the owner has
-- ended. lib/add.lua must be included before.

local function read_next(stored, now)
    local readable, opts = pcall(cjson.decode, stored.opts or '{}')
    opts = readable and type(opts) == 'table' and opts or {}
    return {
        name = stored.name or '',
        data = stored.data or '{}',
        opts = stored.opts or '{}',
        timestamp = now,
        delay = string.format('%.0f', tonumber(opts.delay) or 0),
        priority = string.format('%.0f', tonumber(opts.priority) or 0),
        in_front = opts.lifo == true,
        parent_key = stored.pk,
        parent = stored.pd,
        scheduler = stored.rjk,
    }
end

-- `now` is text, as it is stored.
local function add_next(queue, dedup_id, now)
    local key, stored = queue.base .. 'dn:' .. dedup_id, {}
    local flat = redis.call('HGETALL', key)
    if #flat == 0 then
        return
    end
    for i = 1, #flat, 2 do
        stored[flat[i]] = flat[i + 1]
    end
    local job = read_next(stored, now)
    job.id, job.dedup_id = next_id(queue, stored.jid or ''), dedup_id
    redis.call('DEL', key)
    if redis.call('EXISTS', queue.base .. job.id) == 1 then
        -- Its id was taken meanwhile: it is a duplicate like any other.
        emit(queue, 'duplicated', 'jobId', job.id)
        return
    end
    redis.call('SET', queue.base .. 'de:' .. dedup_id, job.id)
    add_job(queue, job)
end
