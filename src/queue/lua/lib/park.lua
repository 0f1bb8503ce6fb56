-- The list in which BullMQ 5 parks the waiting jobs of a paused queue. Nothing here moves more jobs than 2 ms allow.

local kMostMoved = 5000

-- Moves waiting jobs behind those that are parked, in their order; whether some are left.
local function park(queue, parked)
    if redis.call('EXISTS', parked) == 0 then
        if redis.call('EXISTS', queue.wait) == 1 then
            redis.call('RENAME', queue.wait, parked)
        end
        return false
    end
    local tail = redis.call('LRANGE', queue.wait, -kMostMoved, -1)
    local ids = {}
    for i = #tail, 1, -1 do
        ids[#ids + 1] = tail[i]
    end
    if #ids > 0 then
        redis.call('LPUSH', parked, unpack(ids))
        redis.call('LTRIM', queue.wait, 0, -#ids - 1)
    end
    return #ids == kMostMoved
end

-- Makes the parked jobs the next ones of wait, in their order; whether some are left.
local function unpark(queue, parked)
    local count = redis.call('LLEN', parked)
    if count > kMostMoved then
        if park(queue, parked) then
            return true
        end
        redis.call('RENAME', parked, queue.wait)
    elseif count > 0 then
        redis.call('RPUSH', queue.wait, unpack(redis.call('LRANGE', parked, 0, -1)))
        redis.call('DEL', parked)
    end
    return false
end
