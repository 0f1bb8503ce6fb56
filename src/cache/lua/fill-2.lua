-- Stores a loaded value, unless an invalidation overtook the load.
-- KEYS: 1 value key, 2 its lease. ARGV: 1 token of the load, 2 value, 3 lifetime in ms.
-- Returns 1 if stored, 0 if the lease is gone or another's. Atomic: no invalidation fits between look and store.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
