-- Stops every worker of the queue from taking jobs; what runs goes on.
-- Keys: 1 the queue's base.
-- Arguments: none.
-- Effects: flag in meta, no marker, event paused; on a queue of BullMQ 5 the waiting jobs are parked in `paused`. Where many
--   are parked already, one step of that: nobody takes jobs, and the rest is for the next call.
-- Result: 0; 1 some are to be parked yet.
-- Atomic: flag and lists agree: nothing is parked on a queue that is not paused.
--@include lib/queue.lua
--@include lib/park.lua

local base = KEYS[1]
redis.call('HSET', base .. 'meta', 'paused', 1)
local queue = open_queue(base)
redis.call('DEL', queue.marker)
if queue.runnable ~= queue.wait and park(queue, queue.runnable) then
    return 1
end
trim_events(queue)
emit(queue, 'paused')
return 0
