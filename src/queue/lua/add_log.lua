-- Appends a line to a job's log.
-- Keys: 1 the queue's base.
-- Arguments: id, line, how many lines to keep (empty: all).
-- Effects: the list <job>:logs.
-- Result: the number of lines; -1 job gone.
-- Atomic: no log without a job.

local job_key = KEYS[1] .. ARGV[1]
if redis.call('EXISTS', job_key) == 0 then
    return -1
end
local length = redis.call('RPUSH', job_key .. ':logs', ARGV[2])
local keep = tonumber(ARGV[3])
if not keep then
    return length
end
redis.call('LTRIM', job_key .. ':logs', -keep, -1)
return math.min(keep, length)
