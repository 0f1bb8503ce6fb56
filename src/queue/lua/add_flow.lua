-- Adds trees of jobs across queues: all of them or none.
-- Keys: the bases of the queues.
-- Arguments: now, events limit to write where meta has none; then for each job twelve, every parent before its children: place
--   of its queue among the keys, id, name, data, options, timestamp, delay, priority, "1" to queue it in front, "1" when it has
--   children, the key of its parent or empty, its stored reference to it (JSON).
-- Effects: a job with children is in waiting-children, the others are where a plain add puts them; each is among its parent's
--   dependencies; for an id that exists only the event duplicated and its new parent. A parent whose children have all
--   completed long ago is released.
-- Result: { code, place of the job }: 0 done; -5 its parent is gone; -7 an existing job of that id belongs to another parent.
-- Atomic: a parent never runs before its children, a child never finishes without its parent.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/add.lua
--@include lib/duplicate.lua

local now = tonumber(ARGV[1])

local function open_queues()
    local queues = {}
    for i, base in ipairs(KEYS) do
        queues[i] = open_for_adding(base, ARGV[2])
    end
    return queues
end

local function read_jobs(queues)
    local jobs = {}
    for at = 3, #ARGV, 12 do
        local has_parent = ARGV[at + 10] ~= ''
        jobs[#jobs + 1] = {
            queue = queues[tonumber(ARGV[at])],
            id = ARGV[at + 1],
            name = ARGV[at + 2],
            data = ARGV[at + 3],
            opts = ARGV[at + 4],
            timestamp = ARGV[at + 5],
            delay = ARGV[at + 6],
            priority = ARGV[at + 7],
            in_front = ARGV[at + 8] == '1',
            has_children = ARGV[at + 9] == '1',
            parent_key = has_parent and ARGV[at + 10] or nil,
            parent = has_parent and ARGV[at + 11] or nil,
        }
    end
    return jobs
end

-- Nothing is changed while something may still be refused.
local function refusal(jobs)
    local planned = {}
    for place, job in ipairs(jobs) do
        local job_key, parent_key = job.queue.base .. job.id, job.parent_key
        if parent_key and not planned[parent_key] and redis.call('EXISTS', parent_key) == 0 then
            return { -5, place }
        end
        if parent_key and belongs_elsewhere(job_key, parent_key) then
            return { -7, place }
        end
        planned[job_key] = true
    end
end

local function add(job)
    redis.call('INCR', job.queue.base .. 'id')
    if redis.call('EXISTS', job.queue.base .. job.id) == 1 then
        meet_duplicate(job.queue, job)
    else
        add_job(job.queue, job)
    end
end

local queues = open_queues()
local jobs = read_jobs(queues)
local refused = refusal(jobs)
if refused then
    return refused
end
for _, job in ipairs(jobs) do
    add(job)
end
for _, job in ipairs(jobs) do
    if job.parent_key then
        release_when_done(job.parent_key, now, false)
    end
end
return { 0, 0 }
