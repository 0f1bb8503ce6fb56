-- Removes old jobs of one collection.
-- Keys: 1 the queue's base.
-- Arguments: collection, latest time of an old job (ms), how many to look at, how many to remove at most, how many of the
--   oldest earlier calls have left where they are.
-- Effects: gone from the collection with all their keys; their deduplication owners are released. Current runs of job
--   schedulers stay, and active jobs that are locked.
-- Result: { how many of the oldest are left where they are, or -1 at the end of the collection; the ids removed }.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove.lua

local queue = open_queue(KEYS[1])
local name, cut = ARGV[1], tonumber(ARGV[2])
local look, room, left = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local key = queue.base .. name
local is_list = name == 'wait' or name == 'paused' or name == 'active'
local is_finished = name == 'completed' or name == 'failed'
local kept = is_finished and {} or current_iterations(queue)
-- The first of these that a job has tells its age.
local times = ({ delayed = { 'processedOn', 'timestamp' }, prioritized = { 'timestamp' } })[name] or
    { 'finishedOn', 'processedOn', 'timestamp' }

local function candidates()
    if is_finished then
        return redis.call('ZRANGEBYSCORE', key, '-inf', ARGV[2], 'LIMIT', left, look)
    end
    if not is_list then
        return redis.call('ZRANGE', key, left, left + look - 1)
    end
    local ids = {}
    local tail = redis.call('LRANGE', key, -(left + look), -(left + 1))
    for i = #tail, 1, -1 do
        ids[#ids + 1] = tail[i]
    end
    return ids
end

local function is_old(id)
    local found = redis.pcall('HMGET', queue.base .. id, unpack(times))
    for i = 1, #times do
        if found[i] then
            return (tonumber(found[i]) or 0) <= cut
        end
    end
    return true
end

local function may_go(id)
    if is_finished then
        return true
    end
    if kept[id] or (name == 'active' and redis.call('EXISTS', queue.base .. id .. ':lock') == 1) then
        return false
    end
    return is_old(id)
end

local removed = {}
local ids = candidates()
for _, id in ipairs(ids) do
    if #removed < room and may_go(id) then
        if is_list then
            redis.call('LREM', key, -1, id)
            redis.call('SREM', queue.base .. 'stalled', id)
        else
            redis.call('ZREM', key, id)
        end
        remove_for_good(queue, id)
        removed[#removed + 1] = id
    end
end
return { #ids < look and -1 or left + #ids - #removed, removed }
