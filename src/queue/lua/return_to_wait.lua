-- Hands jobs back unprocessed, each to the front of its place.
-- Keys: 1 the queue's base.
-- Arguments: "1" when they were never started (their start is uncounted); then pairs: id, token, in the order of their fetch.
-- Effects: lock and active entry gone; in wait or prioritized; marker; event waiting. No attempt is counted.
-- Result: one code per job: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua

local queue = open_queue(KEYS[1])
local codes = {}
for at = #ARGV - 1, 2, -2 do
    local id = ARGV[at]
    local job_key = queue.base .. id
    local code = leave_active(queue, id, ARGV[at + 1])
    codes[at / 2] = code
    if code == 0 then
        local priority = priority_of(job_key)
        if priority > 0 then
            redis.call('ZADD', queue.prioritized, priority * 4294967296, id)
        else
            redis.call('RPUSH', queue.runnable, id)
        end
        if ARGV[1] == '1' then
            redis.call('HINCRBY', job_key, 'ats', -1)
        end
        wake_worker(queue)
        emit(queue, 'waiting', 'jobId', id, 'prev', 'active')
    end
end
return codes
