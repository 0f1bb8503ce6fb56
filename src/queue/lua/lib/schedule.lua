-- The runs of job schedulers. <base>repeat has each scheduler with the time of its current run, <base>repeat:<id> its
-- definition; the run's id is made of both, so that a slot is filled once. lib/add.lua must be included before.

local function millis(number)
    return string.format('%.0f', number)
end

local function scheduler_key(queue, scheduler)
    return queue.base .. 'repeat:' .. scheduler
end

local function run_id(scheduler, at)
    return 'repeat:' .. scheduler .. ':' .. millis(at)
end

-- The time of the current run, or nothing.
local function current_run(queue, scheduler)
    return tonumber(redis.call('ZSCORE', queue.base .. 'repeat', scheduler))
end

-- The slot on the grid of `every` behind now.
local function next_on_grid(every, offset, now)
    local slot = math.floor(now / every) * every + offset
    return slot <= now and slot + every or slot
end

-- The time of the first run, or of the one after `previous`: slots that were missed stay missed. The second value is the
-- grid's offset.
local function next_every(previous, every, offset, start, now)
    local at
    if previous then
        at = previous + every
        if at < now then
            at = next_on_grid(every, offset, now)
        end
    elseif start then
        at = math.max(start, now)
    else
        at = offset > 0 and next_on_grid(every, offset, now) or now
    end
    return at, offset > 0 and offset or at - math.floor(at / every) * every
end

-- `run`: scheduler, at, name, data, priority, in_front, and opts, to which id and delay are added.
local function add_run(queue, run, now)
    local delay = millis(math.max(run.at - now, 0))
    redis.call('INCR', queue.base .. 'id')
    local id = run_id(run.scheduler, run.at)
    add_job(queue, {
        id = id,
        name = run.name,
        data = run.data,
        opts = string.sub(run.opts, 1, -2) .. ',"jobId":' .. cjson.encode(id) .. ',"delay":' .. delay .. '}',
        timestamp = millis(now),
        delay = delay,
        priority = run.priority,
        in_front = run.in_front,
        scheduler = run.scheduler,
    })
    return id, delay
end
