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

-- Whether reading tells nothing against any job of the group, as nearly always.
local function are_all_owned(group, owners)
    local tokens, made = group.tokens, group.made
    for i = 1, group.count do
        if owners[i] ~= tokens[i] or made[i] == '' then
            return false
        end
    end
    return true
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
    group.all_fine = all_exist and not any_children and are_all_owned(group, owners)
    for i = 1, group.all_fine and group.count or 0 do
        codes[i] = 0
    end
    for i = 1, group.all_fine and 0 or group.count do
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

-- Whether the group was the right end of active, in order: then it is gone from there.
local function leave_active_together(queue, group)
    local ids, count = group.ids, group.count
    local tail = redis.call('LRANGE', queue.active, string.format('%d', -count), '-1')
    if #tail ~= count then
        return false
    end
    for i = 1, count do
        if tail[i] ~= ids[count + 1 - i] then
            return false
        end
    end
    redis.call('LTRIM', queue.active, '0', string.format('%d', -count - 1))
    return true
end

-- Takes what may finish out of active. The oldest jobs are at the right end and mostly end first, so they go together.
local function leave_active_all(queue, group)
    if group.all_fine and leave_active_together(queue, group) then
        return
    end
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
    if group.all_fine then
        ids, lock_keys, count = group.ids, group.lock_keys, group.count
    end
    for i = 1, group.all_fine and 0 or group.count do
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

local function store_failure_of(group, i, now)
    redis.call('HSET', group.keys[i], 'failedReason', group.values[i], 'stacktrace', group.stacktraces[i],
        'finishedOn', now, 'atm', group.made[i])
    redis.call('HDEL', group.keys[i], 'defa')
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

local function announce_failure(queue, group, i)
    local id, made = group.ids[i], group.made[i]
    emit(queue, 'failed', 'jobId', id, 'failedReason', group.values[i], 'prev', 'active')
    if tonumber(made) >= tonumber(group.attempts[i]) then
        emit(queue, 'retries-exhausted', 'jobId', id, 'attemptsMade', made)
    end
end

local function tell_others(queue, group, i, relation, now)
    local key = group.keys[i]
    if relation.dedup_id then
        attempt(key, release_deduplication, queue, group.ids[i], relation.dedup_id, ARGV[1])
    end
    if relation.parent_key then
        attempt(key, tell_parent, group, i, relation, now)
    end
end

-- Their locks and active entries are gone already; the collection comes later, for all at once. Begins at group.place, which is
-- where it stopped when it fails. This loop is half of what a job costs: what it calls for every job it calls itself.
local function finish_rest(queue, group, now)
    local call, now_text, events, kept = redis.call, ARGV[1], queue.events, group.keep.count ~= 0
    local keys, ids, values, made = group.keys, group.ids, group.values, group.made
    local codes, relations, failed = group.codes, group.relations, group.failed
    for i = group.place, group.count do
        group.place = i
        if codes[i] == 0 then
            if relations[i] then
                tell_others(queue, group, i, relations[i], now)
            end
            if not kept then
                delete_job_keys(keys[i])
            elseif failed then
                store_failure_of(group, i, now_text)
            else
                call('HSET', keys[i], 'returnvalue', values[i], 'finishedOn', now_text, 'atm', made[i])
            end
            if failed then
                announce_failure(queue, group, i)
            else
                call('XADD', events, '*', 'event', 'completed', 'jobId', ids[i], 'returnvalue', values[i],
                    'prev', 'active')
            end
        end
    end
end

-- One job's error is its code; the others go on.
local function finish_each(queue, group, now)
    group.place = 1
    local problem = alone(finish_rest, queue, group, now)
    while problem do
        group.codes[group.place] = problem
        group.place = group.place + 1
        problem = alone(finish_rest, queue, group, now)
    end
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
    finish_each(queue, group, now)
    local codes, finished, before = group.codes, 0, #results
    for i = 1, group.count do
        if codes[i] == 0 then
            finished = finished + 1
        end
        results[before + i] = codes[i]
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
