-- Hands jobs back unprocessed, each to the front of its place.
-- Keys: 1 the queue's base.
-- Arguments: "1" when they were never started (their start is uncounted); how long the queue pauses (ms; 0: not); then pairs: id,
--   token, in the order of their fetch.
-- Effects: lock and active entry gone; in wait or prioritized; marker; event waiting. No attempt is counted. The window of the
--   rate limit is used up for the time of the pause.
-- Result: one code per job: 0; -1 job gone; -2 lock gone; -3 not active; -6 lock of another.
-- Atomic: each id is in exactly one collection.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/give_back.lua

local queue = open_queue(KEYS[1])
local codes = {}
for at = #ARGV - 1, 3, -2 do
    codes[(at - 1) / 2] = give_back(queue, ARGV[at], ARGV[at + 1], ARGV[1] == '1')
end
-- What BullMQ's rateLimit() sets.
local limiter, pause = queue.base .. 'limiter', tonumber(ARGV[2])
if pause > 0 and redis.call('PTTL', limiter) < pause then
    redis.call('SET', limiter, '9007199254740991', 'PX', ARGV[2])
end
return codes
