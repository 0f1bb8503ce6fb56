-- Ends values before the commit of what changes them: none is stored again while a writer's token is among its guards.
-- KEYS: of each value its key, lease and guards. ARGV: 1 the writer's token, 2 the longest its transaction can take, in ms.
-- Guards are scored by the instant they end, by this server's clock, so that one whose writer died does not live off the others.
-- Returns 1; 0 where this server may evict: a guard that vanishes unseen is none, so there is none.
local memory = redis.call('INFO', 'memory')
if not memory:find('maxmemory:0', 1, true) and not memory:find('maxmemory_policy:noeviction', 1, true) then
    return 0
end
local time = redis.call('TIME')
local ends = string.format('%.0f', time[1] * 1000 + time[2] / 1000 + ARGV[2])
for i = 1, #KEYS, 3 do
    redis.call('UNLINK', KEYS[i], KEYS[i + 1])
    redis.call('ZADD', KEYS[i + 2], ends, ARGV[1])
    if redis.call('PTTL', KEYS[i + 2]) < tonumber(ARGV[2]) then
        redis.call('PEXPIRE', KEYS[i + 2], ARGV[2])
    end
end
return 1
