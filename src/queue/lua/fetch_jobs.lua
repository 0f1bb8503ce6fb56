-- Takes jobs for a worker.
-- Keys: 1 the queue's base.
-- Arguments: now, token, lock duration (ms), worker name (or empty), how many at most (see lib/fetch.lua).
-- Effects: promotes what is due (also while paused or limited); each taken job is in active, locked, counted, announced.
--   Ids that are no jobs are dropped.
-- Result: { next due ms or 0, ttl of the rate limit or 0, how many jobs, the jobs }; see lib/fetch.lua.
-- Atomic: no id is ever outside all collections, none is active without a lock.
--@include lib/queue.lua
--@include lib/fetch.lua

local queue = open_queue(KEYS[1])
return fetch_jobs(queue, {
    now = tonumber(ARGV[1]),
    token = ARGV[2],
    lock = ARGV[3],
    worker = ARGV[4],
    count = read_wanted(queue, ARGV[5]),
})
