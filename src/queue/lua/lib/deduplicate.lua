-- Deduplication: of the adds with one deduplication id only the first counts, its owner, until it is released. lib/parent.lua
-- must be included before. `rule` is the job's option object: id, ttl, extend, replace, keepLastIfActive, reschedule.

local function owner_key_of(queue, dedup_id)
    return queue.base .. 'de:' .. dedup_id
end

local function next_key_of(queue, dedup_id)
    return queue.base .. 'dn:' .. dedup_id
end

local function own(owner_key, id, rule)
    local ttl = tonumber(rule.ttl) or 0
    if ttl > 0 and not rule.keepLastIfActive then
        redis.call('SET', owner_key, id, 'PX', string.format('%.0f', ttl))
    else
        redis.call('SET', owner_key, id)
    end
end

-- An owner without an expiry whose job is gone would hold the id for ever.
local function current_owner(queue, dedup_id)
    local owner_key = owner_key_of(queue, dedup_id)
    local owner = redis.call('GET', owner_key)
    if owner and redis.call('PTTL', owner_key) == -1 and
        redis.call('EXISTS', queue.base .. owner) == 0 then
        redis.call('DEL', owner_key, next_key_of(queue, dedup_id))
        return false
    end
    return owner
end

local function announce_rejected(queue, owner, job, rule)
    emit(queue, 'deduplicated', 'jobId', owner, 'deduplicationId', rule.id,
        'deduplicatedJobId', job.id)
end

-- The delayed owner makes room for the new job.
local function replace_owner(queue, owner, job, rule)
    local owner_job, owner_key = queue.base .. owner, owner_key_of(queue, rule.id)
    detach_from_parent(owner_job, redis.call('HGET', owner_job, 'parentKey'), job.timestamp)
    delete_job_keys(owner_job)
    emit(queue, 'removed', 'jobId', owner, 'prev', 'delayed')
    announce_rejected(queue, job.id, { id = owner }, rule)
    if rule.ttl and not rule.extend and not rule.keepLastIfActive then
        redis.call('SET', owner_key, job.id, 'KEEPTTL')
    else
        own(owner_key, job.id, rule)
    end
end

-- What the owner's end will add: always the last one asked for.
local function keep_for_later(queue, owner, job, rule)
    local key = next_key_of(queue, rule.id)
    redis.call('DEL', key)
    redis.call('HSET', key, 'name', job.name, 'data', job.data, 'opts', job.opts, 'jid', job.id)
    redis.call('PERSIST', owner_key_of(queue, rule.id))
    announce_rejected(queue, owner, job, rule)
end

local function reschedule_owner(queue, owner, job)
    local due = tonumber(job.timestamp) + tonumber(job.delay)
    redis.call('ZREM', queue.delayed, owner)
    redis.call('HSET', queue.base .. owner, 'delay', job.delay)
    push_delayed(queue, owner, due)
    emit(queue, 'delayed', 'jobId', owner, 'delay', string.format('%.0f', due))
    mark_next_delayed(queue)
end

-- The owner's id when the job is not to be added; nothing: it is the owner now.
local function deduplicate(queue, job, rule)
    local owner_key, owner = owner_key_of(queue, rule.id), current_owner(queue, rule.id)
    if not owner then
        redis.call('DEL', next_key_of(queue, rule.id))
        own(owner_key, job.id, rule)
        return nil
    end
    if rule.replace and redis.call('ZREM', queue.delayed, owner) == 1 then
        replace_owner(queue, owner, job, rule)
        return nil
    end
    if rule.keepLastIfActive and redis.call('LPOS', queue.active, owner) then
        keep_for_later(queue, owner, job, rule)
        return owner
    end
    if rule.replace then
        return owner
    end
    if rule.extend and rule.ttl then
        own(owner_key, owner, rule)
    end
    announce_rejected(queue, owner, job, rule)
    if rule.reschedule and tonumber(job.delay) > 0 and redis.call('ZSCORE', queue.delayed, owner) then
        reschedule_owner(queue, owner, job)
    end
    return owner
end
