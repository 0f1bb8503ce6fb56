-- Removing jobs by the many. A parent nobody is left to release goes with its last child when it is of this queue; another
-- queue's becomes runnable, unannounced. lib/parent.lua must be included before.

-- The ids that job schedulers live by: without them nothing would run again. `count` is how many there are.
local function current_iterations(queue)
    local found = { count = 0 }
    local repeats = redis.call('ZRANGE', queue.base .. 'repeat', 0, -1, 'WITHSCORES')
    for i = 1, #repeats, 2 do
        found['repeat:' .. repeats[i] .. ':' .. string.format('%.0f', tonumber(repeats[i + 1]))] = true
        found.count = found.count + 1
    end
    return found
end

local remove_for_good

local function detach_for_good(queue, job_key, parent_key)
    if redis.call('SREM', parent_key .. ':dependencies', job_key) == 0 or
        redis.call('SCARD', parent_key .. ':dependencies') > 0 then
        return
    end
    local base, id = locate(parent_key)
    if not base or redis.call('ZREM', base .. 'waiting-children', id) == 0 then
        return
    end
    if base == queue.base then
        remove_for_good(queue, id)
    elseif redis.call('EXISTS', parent_key) == 1 then
        local other = open_queue(base)
        redis.call('RPUSH', other.runnable, id)
        wake_worker(other)
    end
end

-- All of a job but its place in a collection. An id may be no job at all, even the name of another key of the queue.
function remove_for_good(queue, id)
    local job_key = queue.base .. id
    if id == 'meta' or redis.call('TYPE', job_key).ok ~= 'hash' then
        return
    end
    local fields = redis.call('HMGET', job_key, 'parentKey', 'deid')
    if fields[1] then
        detach_for_good(queue, job_key, fields[1])
    end
    if fields[2] and redis.call('GET', queue.base .. 'de:' .. fields[2]) == id then
        redis.call('DEL', queue.base .. 'de:' .. fields[2], queue.base .. 'dn:' .. fields[2])
    end
    delete_job_keys(job_key)
end
