-- Tells where a job is.
-- Keys: 1 the queue's base.
-- Arguments: id.
-- Effects: none.
-- Result: the collection's name ("wait" also for parked jobs), or "unknown".
-- Atomic: a job that moves meanwhile is not missed.

local base, id = KEYS[1], ARGV[1]
for _, name in ipairs({ 'completed', 'failed', 'delayed', 'prioritized' }) do
    if redis.call('ZSCORE', base .. name, id) then
        return name
    end
end
if redis.call('LPOS', base .. 'active', id) then
    return 'active'
end
if redis.call('LPOS', base .. 'wait', id) or redis.call('LPOS', base .. 'paused', id) then
    return 'wait'
end
if redis.call('ZSCORE', base .. 'waiting-children', id) then
    return 'waiting-children'
end
return 'unknown'
