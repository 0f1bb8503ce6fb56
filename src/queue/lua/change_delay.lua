-- Gives a delayed job another delay, counted from now.
-- Keys: 1 the queue's base.
-- Arguments: now, id, delay (ms).
-- Effects: its place in delayed, the hash field, the delay marker; event delayed with the absolute time.
-- Result: 0; -1 job gone; -3 not delayed.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
local id = ARGV[2]
if redis.call('EXISTS', queue.base .. id) == 0 then
    return -1
end
if redis.call('ZREM', queue.delayed, id) == 0 then
    return -3
end
local due = tonumber(ARGV[1]) + tonumber(ARGV[3])
trim_events(queue)
push_delayed(queue, id, due)
redis.call('HSET', queue.base .. id, 'delay', ARGV[3])
emit(queue, 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
mark_next_delayed(queue)
return 0
