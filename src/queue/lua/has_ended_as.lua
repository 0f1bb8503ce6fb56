-- Tells whether a job has ended as its worker wanted, when the answer to finish_jobs was lost.
-- Keys: 1 the queue's base.
-- Arguments: id, "completed" or "failed", return value (JSON) or reason, when that was sent first (ms).
-- Effects: none.
-- Result: 1 it has; 0 it has not, or somebody else has ended it. A job that was removed at its end is known by its event, one of
--   the newest 2000.
-- Atomic: one look.

local base, id, state, value = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local field = state == 'failed' and 'failedReason' or 'returnvalue'

local function is_announced()
    for _, entry in ipairs(redis.call('XREVRANGE', base .. 'events', '+', '-', 'COUNT', 2000)) do
        local event = {}
        for i = 1, #entry[2], 2 do
            event[entry[2][i]] = entry[2][i + 1]
        end
        if event.event == state and event.jobId == id then
            return event[field] == value
        end
    end
    return false
end

if redis.call('EXISTS', base .. id) == 0 then
    return is_announced() and 1 or 0
end
local stored = redis.call('HMGET', base .. id, 'finishedOn', field)
return (tonumber(stored[1]) or 0) >= tonumber(ARGV[4]) and stored[2] == value and 1 or 0
