-- Lets workers take jobs again.
-- Keys: 1 the queue's base.
-- Arguments: none.
-- Effects: parked jobs are merged behind the right end of wait in order; flag gone; marker; event resumed.
-- Result: 0.
-- Atomic: flag and lists change together.
--@include lib/queue.lua

local base = KEYS[1]
redis.call('HDEL', base .. 'meta', 'paused')
local queue = open_queue(base)
local parked = base .. 'paused'
if redis.call('EXISTS', parked) == 1 then
    if redis.call('EXISTS', queue.wait) == 0 then
        redis.call('RENAME', parked, queue.wait)
    else
        local id = redis.call('LPOP', parked)
        while id do
            redis.call('RPUSH', queue.wait, id)
            id = redis.call('LPOP', parked)
        end
    end
end
if redis.call('EXISTS', queue.wait) == 1 or redis.call('EXISTS', queue.prioritized) == 1 then
    wake_worker(queue)
else
    mark_next_delayed(queue)
end
trim_events(queue)
emit(queue, 'resumed')
return 0
