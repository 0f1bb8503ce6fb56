-- Ends values before the commit of what changes them: none is stored again while a writer's token is among its guards.
-- KEYS: of each value its key, lease and guards. ARGV: 1 the writer's token, 2 the longest its transaction can take, in ms.
for i = 1, #KEYS, 3 do
    redis.call('UNLINK', KEYS[i], KEYS[i + 1])
    redis.call('SADD', KEYS[i + 2], ARGV[1])
    if redis.call('PTTL', KEYS[i + 2]) < tonumber(ARGV[2]) then
        redis.call('PEXPIRE', KEYS[i + 2], ARGV[2])
    end
end
return 1
