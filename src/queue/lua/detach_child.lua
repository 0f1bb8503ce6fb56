-- Ends the relation of a child to its parent.
-- Keys: 1 the queue's base.
-- Arguments: now, id of the child.
-- Effects: the child's parent fields are gone, it is not among the parent's dependencies; a parent left without any is released.
-- Result: 0 done; 1 it had no such relation; -1 the child is gone; -5 its parent is gone.
-- Atomic: the parent is released once.
--@include lib/queue.lua
--@include lib/parent.lua

local job_key = KEYS[1] .. ARGV[2]
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
local parent_key = redis.call('HGET', job_key, 'parentKey')
if not parent_key then
    return 1
end
if redis.call('EXISTS', parent_key) == 0 then
    return -5
end
if redis.call('SREM', parent_key .. ':dependencies', job_key) == 0 then
    return 1
end
redis.call('HDEL', job_key, 'parentKey', 'parent')
release_when_done(parent_key, tonumber(ARGV[1]), true)
return 0
