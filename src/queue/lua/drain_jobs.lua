-- Removes jobs that wait.
-- Keys: 1 the queue's base.
-- Arguments: how many at most, "1" to remove delayed ones too.
-- Effects: gone from wait, paused, prioritized (and delayed) with all their keys; their deduplication owners are released.
--   The current runs of job schedulers stay. No events.
-- Result: how many were removed.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove.lua

local queue = open_queue(KEYS[1])
local room = tonumber(ARGV[1])
local kept = current_iterations(queue)
local removed = 0

local function drain(ids, take_out)
    for _, id in ipairs(ids) do
        if removed < room and not kept[id] then
            take_out(id)
            remove_for_good(queue, id)
            removed = removed + 1
        end
    end
end

-- So many are looked at that the kept ones cannot hide all others.
local last = room + kept.count - 1
for _, name in ipairs({ 'wait', 'paused' }) do
    drain(redis.call('LRANGE', queue.base .. name, 0, last), function(id)
        redis.call('LREM', queue.base .. name, 1, id)
    end)
end
for _, name in ipairs({ 'prioritized', ARGV[2] == '1' and 'delayed' or nil }) do
    drain(redis.call('ZRANGE', queue.base .. name, 0, last), function(id)
        redis.call('ZREM', queue.base .. name, id)
    end)
end
return removed
