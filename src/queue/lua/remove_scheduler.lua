-- Ends a job scheduler.
-- Keys: 1 the queue's base.
-- Arguments: scheduler.
-- Effects: definition and entry are gone, and its next run while that is delayed (event removed); a run that waits or is being
--   worked is the last.
-- Result: 0; 1 there is no such scheduler.
-- Atomic: no run is left that nobody will follow up.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove.lua
--@include lib/add.lua
--@include lib/schedule.lua

local queue = open_queue(KEYS[1])
local scheduler = ARGV[1]
local current = current_run(queue, scheduler)
if not current then
    return 1
end
local id = run_id(scheduler, current)
if redis.call('ZREM', queue.delayed, id) == 1 then
    remove_for_good(queue, id)
    emit(queue, 'removed', 'jobId', id, 'prev', 'delayed')
end
redis.call('ZREM', queue.base .. 'repeat', scheduler)
redis.call('DEL', scheduler_key(queue, scheduler))
return 0
