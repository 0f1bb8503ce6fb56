-- Adds the run that follows one that was just fetched.
-- Keys: 1 the queue's base.
-- Arguments: now, scheduler, id of the fetched run, time of the next one (cron; empty: by the interval), interval (ms or empty)
--   and offset (ms or empty) as the run's own options have them, end (ms or empty), name and data of the fetched run, options of
--   the next without id and delay (JSON), priority, "1" to queue it in front.
-- Effects: the next run is added and the scheduler's current one, its count grows. Nothing happens when the scheduler is gone,
--   when the fetched run is not its current one (a retry, or somebody was faster), or after the end.
-- Result: the next run's id, or nothing.
-- Atomic: however often and by whomever a run is fetched, it has one successor.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/add.lua
--@include lib/schedule.lua

local queue = open_queue(KEYS[1])
local now, scheduler = tonumber(ARGV[1]), ARGV[2]
local key = scheduler_key(queue, scheduler)
local previous = current_run(queue, scheduler)
if not previous or ARGV[3] ~= run_id(scheduler, previous) then
    return false
end
local stored = redis.call('HMGET', key, 'every', 'offset', 'name', 'data', 'ic')
local at = tonumber(ARGV[4])
if not at then
    local every = tonumber(stored[1] or ARGV[5])
    at = next_every(previous, every, tonumber(stored[2] or ARGV[6]) or 0, nil, now)
end
local last = tonumber(ARGV[7])
if last and at > last then
    return false
end
local id = run_id(scheduler, at)
if redis.call('EXISTS', queue.base .. id) == 1 then
    emit(queue, 'duplicated', 'jobId', id)
    return false
end
redis.call('ZADD', queue.base .. 'repeat', at, scheduler)
if stored[5] then
    redis.call('HINCRBY', key, 'ic', 1)
end
add_run(queue, {
    scheduler = scheduler,
    at = at,
    name = stored[3] or ARGV[8],
    data = stored[4] or ARGV[9],
    opts = ARGV[10],
    priority = ARGV[11],
    in_front = ARGV[12] == '1',
}, now)
return id
