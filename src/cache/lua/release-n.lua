-- After the commit: ends values once more, takes the writer's token from their guards, and ends versions of tags.
-- KEYS: of each value its key, lease and guards; then the versions. ARGV: 1 the writer's token, 2 how many values.
local versions = ARGV[2] * 3 + 1
for i = 1, versions - 1, 3 do
    redis.call('UNLINK', KEYS[i], KEYS[i + 1])
    redis.call('ZREM', KEYS[i + 2], ARGV[1])
end
for i = versions, #KEYS do
    redis.call('UNLINK', KEYS[i])
end
return 1
