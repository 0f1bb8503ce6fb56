-- Adds jobs of which some have a parent or a deduplication id, in order.
-- Keys: 1 the queue's base.
-- Arguments: now, events limit to write when meta has none; then for each job nine: id (empty: the next number), name, data,
--   options, timestamp, delay, priority, "1" to queue it in front, relations: a JSON object with parentKey, parent (JSON text)
--   and de (the deduplication options), or empty.
-- Effects: those of add_jobs; the job is among its parent's dependencies; the deduplication owner is set, extended or replaced.
-- Result: for each the id, or that of the owner it was rejected for; -5 its parent is gone; -7 an existing job of that id
--   belongs to another parent.
-- Atomic: a worker that sees an id finds its hash; one owner per deduplication id.
--@include lib/queue.lua
--@include lib/parent.lua
--@include lib/add.lua
--@include lib/duplicate.lua
--@include lib/deduplicate.lua

local queue = open_for_adding(KEYS[1], ARGV[2])
local now = tonumber(ARGV[1])

local function read_job(at)
    local job = {
        id = ARGV[at],
        name = ARGV[at + 1],
        data = ARGV[at + 2],
        opts = ARGV[at + 3],
        timestamp = ARGV[at + 4],
        delay = ARGV[at + 5],
        priority = ARGV[at + 6],
        in_front = ARGV[at + 7] == '1',
    }
    local relations = ARGV[at + 8] ~= '' and cjson.decode(ARGV[at + 8]) or {}
    job.parent_key, job.parent = relations.parentKey, relations.parent
    return job, relations.de
end

local function add(job, rule)
    if job.parent_key and redis.call('EXISTS', job.parent_key) == 0 then
        return -5
    end
    local custom = job.id
    job.id = next_id(queue, custom)
    if custom ~= '' and redis.call('EXISTS', queue.base .. custom) == 1 then
        if meet_duplicate(queue, job) ~= 0 then
            return -7
        end
        if job.parent_key then
            release_when_done(job.parent_key, now, false)
        end
        return job.id
    end
    if rule then
        local owner = deduplicate(queue, job, rule)
        if owner then
            return owner
        end
        job.dedup_id = rule.id
    end
    add_job(queue, job)
    return job.id
end

local ids = {}
for at = 3, #ARGV, 9 do
    ids[#ids + 1] = add(read_job(at))
end
return ids
