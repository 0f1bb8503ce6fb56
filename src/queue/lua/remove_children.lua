-- Deletes the children a job still waits for.
-- Keys: 1 the queue's base.
-- Arguments: now, id.
-- Effects: each child that has not ended and is not worked on, nor any it waits for, is deleted with those; events removed. A
--   parent left without pending children is released.
-- Result: how many children were deleted; -1 the job is gone.
-- Atomic: no collection keeps an id without a job.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove_tree.lua

local now, job_key = tonumber(ARGV[1]), KEYS[1] .. ARGV[2]
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
local removed = 0
for _, child_key in ipairs(children_of(job_key, 'pending')) do
    local base, id = locate(child_key)
    if base and not redis.call('ZSCORE', base .. 'failed', id) and
        not is_tree_locked(child_key, {}) and
        remove_tree(open_queue(base), id, now, 'pending') then
        removed = removed + 1
    end
end
return removed
