-- Moves jobs to completed or failed, and takes the next ones for the slots that became free.
-- Keys: 1 the queue's base.
-- Arguments: now, token for the next jobs, lock duration (ms), worker name, how many next jobs at most (0: none), how many
--   minutes of metrics to keep (0: none); then groups of jobs that end alike: how many they are, "completed" or "failed", how
--   many finished jobs to keep (empty: all), for how many seconds (empty: for ever), how many aged ones to remove at most; then
--   columns, a text for each of its jobs: ids; tokens; return values (JSON) or reasons; attempts made with this one (empty: to
--   be read, with all else that others may have changed since its fetch: see read_relations); of failed ones also stack traces
--   (JSON); attempts allowed.
-- Effects per job: lock and active entry gone, counters, parent, deduplication owner and the job kept for its end, retention,
--   events, metrics.
-- Result: { codes, fetch result or nothing }. Codes: 0 done; -1 job gone; -2 lock gone; -3 not active; -4 children pending;
--   -6 lock of another; -9 failed children; a text: a foreign value in the job's keys stood in the way. None of them
--   touches the other jobs.
-- Atomic: a job finishes once.
--@include lib/queue.lua
--@include lib/lock.lua
--@include lib/parent.lua
--@include lib/add.lua
--@include lib/add_next.lua
--@include lib/retention.lua
--@include lib/fetch.lua
--@include lib/metrics.lua

-- A key with time left goes on throttling after its job.
local function release_deduplication(queue, id, dedup_id, now)
    local owner_key = queue.base .. 'de:' .. dedup_id
    local owner = redis.call('GET', owner_key)
    if owner == id and redis.call('PTTL', owner_key) <= 0 then
        redis.call('DEL', owner_key)
        owner = false
    end
    if not owner then
        add_next(queue, dedup_id, now)
    end
end

-- A group as columns, and where the next one starts. `codes` has the result of each job, 0 as long as nothing is wrong.
local function read_group(queue, at)
    local count, state = tonumber(ARGV[at]), ARGV[at + 1]
    local function column(number)
        local first = at + 5 + number * count
        return { unpack(ARGV, first, first + count - 1) }
    end
    local group = {
        count = count,
        state = state,
        set_key = queue.base .. state,
        failed = state == 'failed',
        keep = {
            count = tonumber(ARGV[at + 2]),
            age = tonumber(ARGV[at + 3]),
            limit = tonumber(ARGV[at + 4]),
        },
        ids = column(0),
        tokens = column(1),
        values = column(2),
        made = column(3),
        keys = {},
        lock_keys = {},
        relations = {},
        codes = {},
    }
    if group.failed then
        group.stacktraces, group.attempts = column(4), column(5)
    end
    return group, at + 5 + (group.failed and 6 or 4) * count
end

-- An error about one job's keys must not take the others with it; one about the server concerns the whole call.
local function alone(step, ...)
    local fine, result = pcall(step, ...)
    if fine then
        return result
    end
    local problem = type(result) == 'table' and result.err or tostring(result)
    if string.find(problem, 'WRONGTYPE', 1, true) or string.find(problem, 'ERR ', 1, true) then
        return problem
    end
    error(result, 0)
end

local function has_any_children(keys)
    local child_keys = {}
    for i = 1, #keys do
        child_keys[2 * i - 1] = keys[i] .. ':dependencies'
        child_keys[2 * i] = keys[i] .. ':unsuccessful'
    end
    return redis.call('EXISTS', unpack(child_keys)) > 0
end

local function children_code(job_key)
    if redis.call('SCARD', job_key .. ':dependencies') ~= 0 then
        return -4
    end
    return redis.call('ZCARD', job_key .. ':unsuccessful') ~= 0 and -9 or 0
end

-- What others may change while a job runs: nothing, unless it has an id of its own, a parent or a deduplication id.
local function read_relations(group, i)
    local hash = redis.call('HMGET', group.keys[i], 'atm', 'parentKey', 'parent', 'deid')
    group.made[i] = string.format('%d', (tonumber(hash[1]) or 0) + 1)
    group.relations[i] = { parent_key = hash[2], parent = hash[3], dedup_id = hash[4] }
    return 0
end

-- The codes as far as reading tells; nothing is changed.
local function examine(queue, group)
    local base, ids, tokens, made = queue.base, group.ids, group.tokens, group.made
    local keys, lock_keys, codes = group.keys, group.lock_keys, group.codes
    for i = 1, group.count do
        local key = base .. ids[i]
        keys[i], lock_keys[i] = key, key .. ':lock'
    end
    local owners = redis.call('MGET', unpack(lock_keys))
    local all_exist = redis.call('EXISTS', unpack(keys)) == group.count
    local any_children = not group.failed and has_any_children(keys)
    for i = 1, group.count do
        local code = 0
        if not all_exist and redis.call('EXISTS', keys[i]) == 0 then
            code = -1
        elseif any_children then
            code = alone(children_code, keys[i])
        end
        if code == 0 and owners[i] ~= tokens[i] then
            code = owners[i] and -6 or -2
        end
        if code == 0 and made[i] == '' then
            code = alone(read_relations, group, i)
        end
        codes[i] = code
    end
end

-- Takes what may finish out of active. The oldest jobs are at the right end and mostly end first, so they go together.
local function leave_active_all(queue, group)
    local ids, codes = group.ids, group.codes
    local ending, count = {}, 0
    for i = 1, group.count do
        if ending[ids[i]] then
            codes[i] = -3
        elseif codes[i] == 0 then
            ending[ids[i]], count = i, count + 1
        end
    end
    local tail = count > 1 and redis.call('LRANGE', queue.active, string.format('%d', -count), '-1') or {}
    local kept = #tail
    while kept > 0 and ending[tail[kept]] do
        ending[tail[kept]] = nil
        kept = kept - 1
    end
    if kept < #tail then
        redis.call('LTRIM', queue.active, '0', string.format('%d', kept - #tail - 1))
    end
    for id, i in pairs(ending) do
        if redis.call('LREM', queue.active, -1, id) == 0 then
            codes[i] = -3
        end
    end
end

-- A job that was not active gives its lock back all the same.
local function release_locks(queue, group)
    local ids, lock_keys, count = {}, {}, 0
    for i = 1, group.count do
        if group.codes[i] == 0 or group.codes[i] == -3 then
            count = count + 1
            ids[count], lock_keys[count] = group.ids[i], group.lock_keys[i]
        end
    end
    if count > 0 then
        redis.call('SREM', queue.base .. 'stalled', unpack(ids))
        redis.call('DEL', unpack(lock_keys))
    end
end

local function store_outcome(group, i, now)
    local key, value, made = group.keys[i], group.values[i], group.made[i]
    if group.failed then
        redis.call('HSET', key, 'failedReason', value, 'stacktrace', group.stacktraces[i], 'finishedOn', now, 'atm', made)
        redis.call('HDEL', key, 'defa')
    else
        redis.call('HSET', key, 'returnvalue', value, 'finishedOn', now, 'atm', made)
    end
end

local function tell_parent(group, i, relation, now)
    if group.failed then
        child_failed(group.keys[i], relation.parent_key, relation.parent, group.values[i], now)
    else
        child_completed(group.keys[i], relation.parent_key, group.values[i], now)
    end
    if group.keep.count == 0 then
        detach_from_parent(group.keys[i], relation.parent_key, now)
    end
end

local function announce(queue, group, i)
    local id, value, made = group.ids[i], group.values[i], group.made[i]
    if not group.failed then
        redis.call('XADD', queue.events, '*', 'event', 'completed', 'jobId', id, 'returnvalue', value, 'prev', 'active')
        return
    end
    emit(queue, 'failed', 'jobId', id, 'failedReason', value, 'prev', 'active')
    if tonumber(made) >= tonumber(group.attempts[i]) then
        emit(queue, 'retries-exhausted', 'jobId', id, 'attemptsMade', made)
    end
end

-- Its lock and its active entry are gone already; the collection comes later, for all at once.
local function finish(queue, group, i, now)
    local relation, key = group.relations[i], group.keys[i]
    if relation and relation.dedup_id then
        attempt(key, release_deduplication, queue, group.ids[i], relation.dedup_id, ARGV[1])
    end
    if relation and relation.parent_key then
        attempt(key, tell_parent, group, i, relation, now)
    end
    if group.keep.count == 0 then
        delete_job_keys(key)
    else
        store_outcome(group, i, ARGV[1])
    end
    announce(queue, group, i)
    return 0
end

local function collect(queue, group, now)
    local members, size = {}, 0
    for i = 1, group.count do
        if group.codes[i] == 0 then
            members[size + 1], members[size + 2] = ARGV[1], group.ids[i]
            size = size + 2
        end
    end
    if size > 0 then
        redis.call('ZADD', group.set_key, unpack(members))
        apply_retention(queue, group, now)
    end
end

-- Appends the codes to `results`; how many jobs have finished.
local function finish_group(queue, group, now, results)
    examine(queue, group)
    leave_active_all(queue, group)
    release_locks(queue, group)
    local codes, finished = group.codes, 0
    for i = 1, group.count do
        if codes[i] == 0 then
            codes[i] = alone(finish, queue, group, i, now)
        end
        if codes[i] == 0 then
            finished = finished + 1
        end
        results[#results + 1] = codes[i]
    end
    if group.keep.count ~= 0 then
        collect(queue, group, now)
    end
    return finished
end

local function is_drained(queue)
    return redis.call('LLEN', queue.wait) == 0 and redis.call('LLEN', queue.active) == 0 and
        redis.call('ZCARD', queue.prioritized) == 0
end

local queue = open_queue(KEYS[1])
local now, wanted = tonumber(ARGV[1]), read_wanted(queue, ARGV[5])
trim_events(queue)
local points, codes, finished_any, at = tonumber(ARGV[6]), {}, false, 7
while ARGV[at] do
    local group
    group, at = read_group(queue, at)
    local finished = finish_group(queue, group, now, codes)
    if finished > 0 and points > 0 then
        count_finished(queue, group.state, finished, points, now)
    end
    finished_any = finished_any or finished > 0
end
local fetched = false
local found_something = false
if wanted > 0 then
    -- What is finished stays finished, and its codes are reported, whatever the fetch meets.
    local fine, result = pcall(fetch_jobs, queue,
        { now = now, token = ARGV[2], lock = ARGV[3], worker = ARGV[4], count = wanted })
    fetched = fine and result
    found_something = not fine or result[1] > 0 or result[2] > 0 or result[3] > 0 or
        is_blocked(queue)
end
if finished_any and not found_something and is_drained(queue) then
    emit(queue, 'drained')
end
return { codes, fetched }
