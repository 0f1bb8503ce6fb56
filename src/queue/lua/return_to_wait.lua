-- Hands jobs back unprocessed, each to the front of its place.
-- Keys: 1 the queue's base.
-- Arguments: "1" when they were never started (their start is uncounted); then pairs: id, token, in the order of their fetch.
-- Effects: lock and active entry gone; in wait or prioritized; marker; event waiting. No attempt is counted.
-- Result: one code per job: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/give_back.lua

local queue = open_queue(KEYS[1])
local codes = {}
for at = #ARGV - 1, 2, -2 do
    codes[at / 2] = give_back(queue, ARGV[at], ARGV[at + 1], ARGV[1] == '1')
end
return codes
