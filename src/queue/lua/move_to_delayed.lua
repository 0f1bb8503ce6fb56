-- Puts a running job aside until a time.
-- Keys: 1 the queue's base.
-- Arguments: when (ms), id, token, failed reason, stack traces (JSON; empty: it did not fail), the delay that was meant (ms),
--   "1" to count an attempt.
-- Effects: lock and active entry gone; in delayed; delay marker; event delayed with the absolute time.
-- Result: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another.
-- Atomic: the id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua

local queue = open_queue(KEYS[1])
local id = ARGV[2]
local job_key = queue.base .. id
local code = leave_active(queue, id, ARGV[3])
if code ~= 0 then
    return code
end
trim_events(queue)
store_failure(job_key, ARGV[4], ARGV[5])
if ARGV[7] == '1' then
    redis.call('HINCRBY', job_key, 'atm', 1)
end
local due = tonumber(ARGV[1])
redis.call('HSET', job_key, 'delay', ARGV[6])
push_delayed(queue, id, due)
emit(queue, 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
mark_next_delayed(queue)
return 0
