-- Jobs finished per minute, as BullMQ's getMetrics reads them: a hash with the total and where the current minute began, a list
-- with the newest full minute first.

-- Counts `number` jobs that finished now; at most `points` minutes stay in the list.
local function count_finished(queue, state, number, points, now)
    local key = queue.base .. 'metrics:' .. state
    local before = redis.call('HINCRBY', key, 'count', number) - number
    local previous = redis.call('HMGET', key, 'prevTS', 'prevCount')
    local since = tonumber(previous[1])
    if not since then
        redis.call('HSET', key, 'prevTS', ARGV[1], 'prevCount', 0)
        return
    end
    local minutes = math.min(math.floor(now / 60000) - math.floor(since / 60000), points)
    if minutes <= 0 then
        return
    end
    local data = key .. ':data'
    redis.call('LPUSH', data, before - (tonumber(previous[2]) or 0))
    for idle = 1, minutes - 1, 1000 do
        local zeros = {}
        for i = 1, math.min(1000, minutes - idle) do
            zeros[i] = 0
        end
        redis.call('LPUSH', data, unpack(zeros))
    end
    redis.call('LTRIM', data, 0, points - 1)
    redis.call('HSET', key, 'prevTS', ARGV[1], 'prevCount', before)
end
