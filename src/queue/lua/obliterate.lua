-- Removes a paused queue.
-- Keys: 1 the queue's base.
-- Arguments: "1" to remove active jobs too, how many jobs at most.
-- Effects: jobs with all their keys, job schedulers, and with the last job the queue's own keys, the pause included. Parents
--   that wait for children stay, and so does a running rate limit.
-- Result: 0 everything is gone; 1 there is more; -1 not paused; -2 jobs are active.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove.lua

local queue = open_queue(KEYS[1])
local room = tonumber(ARGV[2])

local function remove_list(name, is_locked)
    local key = queue.base .. name
    while room > 0 do
        local id = redis.call('LPOP', key)
        if not id then
            return
        end
        if is_locked then
            redis.call('DEL', queue.base .. id .. ':lock')
        end
        remove_for_good(queue, id)
        room = room - 1
    end
end

local function remove_set(name)
    local key = queue.base .. name
    while room > 0 do
        local id = redis.call('ZRANGE', key, 0, 0)[1]
        if not id then
            return
        end
        redis.call('ZREM', key, id)
        remove_for_good(queue, id)
        room = room - 1
    end
end

local function remove_schedulers()
    for _, id in ipairs(redis.call('ZRANGE', queue.base .. 'repeat', 0, -1)) do
        redis.call('DEL', queue.base .. 'repeat:' .. id)
    end
    redis.call('DEL', queue.base .. 'repeat')
end

if not queue.paused then
    return -1
end
if ARGV[1] ~= '1' and redis.call('LLEN', queue.active) > 0 then
    return -2
end
remove_list('active', true)
remove_set('delayed')
remove_schedulers()
remove_set('completed')
remove_list('wait', false)
remove_list('paused', false)
remove_set('prioritized')
remove_set('failed')
if room == 0 then
    return 1
end
for _, name in ipairs({ 'events', 'delay', 'priority', 'stalled-check', 'stalled', 'id', 'pc', 'marker', 'meta',
    'metrics:completed', 'metrics:completed:data', 'metrics:failed', 'metrics:failed:data' }) do
    redis.call('DEL', queue.base .. name)
end
return 0
