-- Lets workers take jobs again.
-- Keys: 1 the queue's base.
-- Arguments: none.
-- Effects: parked jobs are merged behind the right end of wait in order; flag gone; marker; event resumed. Where many wait and
--   many are parked, one step of that: the queue stays paused, and the rest is for the next call.
-- Result: 0; 1 some are to be merged yet.
-- Atomic: flag and lists agree: nothing is parked on a queue that is not paused.
--@include lib/queue.lua
--@include lib/park.lua

local base = KEYS[1]
if unpark(open_queue(base), base .. 'paused') then
    return 1
end
redis.call('HDEL', base .. 'meta', 'paused')
local queue = open_queue(base)
if redis.call('EXISTS', queue.wait) == 1 or redis.call('EXISTS', queue.prioritized) == 1 then
    wake_worker(queue)
else
    mark_next_delayed(queue)
end
trim_events(queue)
emit(queue, 'resumed')
return 0
