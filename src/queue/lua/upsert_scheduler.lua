-- Creates a job scheduler, or gives it another rhythm or template.
-- Keys: 1 the queue's base.
-- Arguments: now, events limit to write when meta has none, scheduler, interval (ms; empty: cron), time of the first run (cron
--   only), start (ms or empty), offset (ms or empty), name of the jobs, data, options of a run without id and delay (JSON),
--   priority, "1" to queue it in front; then the definition as names and values.
-- Effects: the run that waits is replaced, in its slot when the interval is the same; definition, entry and the next run are
--   there. A run that is being worked stays.
-- Result: { id of the next run, its delay }; -10 that time is taken by a run that was not replaced; -11 so are 32 slots.
-- Atomic: a scheduler has one run to come.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/remove.lua
--@include lib/add.lua
--@include lib/schedule.lua

local queue = open_for_adding(KEYS[1], ARGV[2])
local now, scheduler = tonumber(ARGV[1]), ARGV[3]
local every, start, offset = tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])
local key = scheduler_key(queue, scheduler)
local kMostSlots = 32

-- A run that nobody has begun; whether there was one.
local function remove_pending(id)
    local was_there = redis.call('ZREM', queue.delayed, id) + redis.call('ZREM', queue.prioritized, id) +
        redis.call('LREM', queue.wait, 1, id) + redis.call('LREM', queue.base .. 'paused', 1, id) > 0
    if was_there then
        remove_for_good(queue, id)
    end
    return was_there
end

-- The first slot from `at` on whose job does not exist.
local function free_slot(at)
    for _ = 1, kMostSlots do
        if redis.call('EXISTS', queue.base .. run_id(scheduler, at)) == 0 then
            return at
        end
        at = at + every
    end
end

local function write_definition(found_offset)
    local count = redis.call('HGET', key, 'ic') or '1'
    local definition = { 'ic', count }
    for i = 13, #ARGV do
        definition[#definition + 1] = ARGV[i]
    end
    if found_offset then
        definition[#definition + 1] = 'offset'
        definition[#definition + 1] = millis(found_offset)
    end
    redis.call('DEL', key)
    redis.call('HSET', key, unpack(definition))
end

local previous = current_run(queue, scheduler)
local former = redis.call('HMGET', key, 'every', 'offset')
local same_rhythm = every and previous and tonumber(former[1]) == every
local removed = previous and remove_pending(run_id(scheduler, previous))
local at, grid = tonumber(ARGV[5]), offset
if every then
    at, grid = next_every(same_rhythm and previous or nil, every, offset or 0, start, now)
    if same_rhythm and removed then
        at, grid = previous, offset or tonumber(former[2]) or grid
    end
    at = free_slot(at)
    if not at then
        return -11
    end
elseif redis.call('EXISTS', queue.base .. run_id(scheduler, at)) == 1 then
    return -10
end
redis.call('ZADD', queue.base .. 'repeat', at, scheduler)
write_definition(grid)
local id, delay = add_run(queue, {
    scheduler = scheduler,
    at = at,
    name = ARGV[8],
    data = ARGV[9],
    opts = ARGV[10],
    priority = ARGV[11],
    in_front = ARGV[12] == '1',
}, now)
return { id, delay }
