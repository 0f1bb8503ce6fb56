-- Stores a loaded value, unless an invalidation overtook the load or a writer guards the value.
-- KEYS: 1 value key, 2 its lease, 3 its guards. ARGV: 1 token of the load, 2 value, 3 lifetime in ms, 4 the guard of the writer whose
-- value it is, which ends with it; empty: a reader's.
-- Returns 1 if stored, else 0. Atomic: no invalidation fits between look and store.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
    return 0
end
redis.call('DEL', KEYS[2])
if redis.call('EXISTS', KEYS[3]) == 1 then
    if ARGV[4] ~= '' then
        redis.call('ZREM', KEYS[3], ARGV[4])
    end
    local time = redis.call('TIME')
    local now = string.format('%.0f', time[1] * 1000 + time[2] / 1000)
    if redis.call('ZCOUNT', KEYS[3], now, '+inf') > 0 then
        return 0
    end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
