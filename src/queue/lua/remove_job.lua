-- Deletes a job that does not run.
-- Keys: 1 the queue's base.
-- Arguments: now, id, "all" to delete its children too, whatever their queue, else "none".
-- Effects: gone from its collection, its parent and its keys; deduplication owner released; event removed. The same for its
--   children and theirs.
-- Result: 1 removed; -1 unknown; 0 it or one it waits for is locked; -8 it is the current iteration of a scheduler.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove_tree.lua

local queue = open_queue(KEYS[1])
local now, id, which = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local job_key = queue.base .. id

-- Another key of the queue is no job, whatever the caller believes.
local kind = redis.call('TYPE', job_key).ok
if id == 'meta' or (kind ~= 'hash' and kind ~= 'none') then
    return -1
end
local scheduler = redis.call('HGET', job_key, 'rjk')
if scheduler then
    local current = redis.call('ZSCORE', queue.base .. 'repeat', scheduler)
    if current and id == 'repeat:' .. scheduler .. ':' .. current then
        return -8
    end
end
local is_locked = which == 'all' and is_tree_locked(job_key, {}) or
    redis.call('EXISTS', job_key .. ':lock') == 1
if is_locked then
    return 0
end
return remove_tree(queue, id, now, which) and 1 or -1
