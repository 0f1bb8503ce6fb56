-- Hands back what a worker fetched without learning of it, because the reply was lost.
-- Keys: 1 the queue's base.
-- Arguments: the tokens of those fetches.
-- Effects: each active job locked by one of them is back at the front of its place, its start uncounted.
-- Result: the ids.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/give_back.lua

local queue = open_queue(KEYS[1])
local lost = {}
for _, token in ipairs(ARGV) do
    lost[token] = true
end
local reclaimed = {}
for _, id in ipairs(redis.call('LRANGE', queue.active, 0, -1)) do
    local token = redis.call('GET', queue.base .. id .. ':lock')
    if token and lost[token] and give_back(queue, id, token, true) == 0 then
        reclaimed[#reclaimed + 1] = id
    end
end
return reclaimed
