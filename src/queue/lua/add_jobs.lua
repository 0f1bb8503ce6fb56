-- Adds jobs, in order.
-- Keys: 1 the queue's base, "<prefix>:<name>:".
-- Arguments: events limit to write when meta has none; then for each job eight: id (empty: the next number), name, data,
--   options, timestamp, delay, priority, "1" to queue it in front.
-- Effects: counter, job hashes, state collections, one marker of each kind needed, events added and waiting or delayed;
--   for an id that exists only the event duplicated.
-- Result: the ids, in order.
-- Atomic: a worker that sees an id finds its hash.
--@include lib/queue.lua

local queue = open_queue(KEYS[1])
if not queue.max_events then
    queue.max_events = ARGV[1]
    redis.call('HSET', queue.base .. 'meta', 'opts.maxLenEvents', ARGV[1])
end
local total = (#ARGV - 1) / 8
local counter = redis.call('INCRBY', queue.base .. 'id', total) - total
trim_events(queue)

local ids, behind, in_front, ranked, priorities = {}, {}, {}, {}, {}
local events, any_runnable, any_delayed = queue.events, false, false
for i = 1, total do
    local at = 2 + (i - 1) * 8
    local custom, name = ARGV[at], ARGV[at + 1]
    local id = custom ~= '' and custom or string.format('%.0f', counter + i)
    local job_key = queue.base .. id
    ids[i] = id
    if custom ~= '' and redis.call('EXISTS', job_key) == 1 then
        emit(queue, 'duplicated', 'jobId', id)
    else
        local delay, priority = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
        redis.call('HSET', job_key, 'name', name, 'data', ARGV[at + 2], 'opts', ARGV[at + 3],
            'timestamp', ARGV[at + 4], 'delay', ARGV[at + 5], 'priority', ARGV[at + 6])
        redis.call('XADD', events, '*', 'event', 'added', 'jobId', id, 'name', name)
        if delay > 0 then
            local due = tonumber(ARGV[at + 4]) + delay
            push_delayed(queue, id, due)
            emit(queue, 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
            any_delayed = true
        else
            if priority > 0 then
                ranked[#ranked + 1], priorities[#priorities + 1] = id, priority
            elseif ARGV[at + 7] == '1' then
                in_front[#in_front + 1] = id
            else
                behind[#behind + 1] = id
            end
            redis.call('XADD', events, '*', 'event', 'waiting', 'jobId', id)
            any_runnable = true
        end
    end
end
if #ranked > 0 then
    push_all_prioritized(queue, ranked, priorities)
end
if #behind > 0 then
    redis.call('LPUSH', queue.runnable, unpack(behind))
end
if #in_front > 0 then
    redis.call('RPUSH', queue.runnable, unpack(in_front))
end
if any_runnable then
    wake_worker(queue)
end
if any_delayed then
    mark_next_delayed(queue)
end
return ids
