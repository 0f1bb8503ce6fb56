-- Stops every worker of the queue from taking jobs; what runs goes on.
-- Keys: 1 the queue's base.
-- Arguments: none.
-- Effects: flag in meta, no marker, event paused; on a queue of BullMQ 5 the waiting jobs are parked in `paused`.
-- Result: 0.
-- Atomic: flag and lists change together.
--@include lib/queue.lua

local base = KEYS[1]
redis.call('HSET', base .. 'meta', 'paused', 1)
local queue = open_queue(base)
if queue.runnable ~= queue.wait then
    -- Appended, never renamed over: jobs may be parked already.
    while redis.call('RPOPLPUSH', queue.wait, queue.runnable) do
    end
end
redis.call('DEL', queue.marker)
trim_events(queue)
emit(queue, 'paused')
return 0
