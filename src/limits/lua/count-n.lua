-- Looks at counters and counts, all of them or none. What counter_table.cpp does for one process, for all.
-- KEYS: for each counter two: 1 "count end next", 2 a sorted set of the counters of its kind that run, by the ends of their windows.
-- ARGV: 1 now, 2 act (look, take, add), 3 room (a counter begins only if fewer of its kind run); then for each counter seven: 1 limit,
-- 2 window, 3 failures without delay (0: all), 4 count that the caller heard last, 5 end and 6 next as it knows them (0: nothing),
-- 7 what it has counted by itself since. Times in ms of the callers' clock.
-- Returns {which counter refuses (0: none), for how many ms, then count, end and next of each}. Atomic: of calls at the same
-- moment, one more than fits is refused.
local now, act, room = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local refused, wait, states = 0, 0, {}

local function is_full(ends)
    redis.call('ZREMRANGEBYSCORE', ends, '-inf', now)
    return redis.call('ZCARD', ends) >= room
end

local function store(key, ends, state)
    local text = string.format('%d %d %d', state.count, state.ends, state.next)
    -- Longer than its window, for callers whose clock is late.
    redis.call('SET', key, text, 'PX', string.format('%d', state.ends - now + 60000))
    redis.call('ZADD', ends, state.ends, key)
end

for i = 1, #KEYS / 2 do
    local key, ends, at = KEYS[2 * i - 1], KEYS[2 * i], (i - 1) * 7 + 3
    local limit = tonumber(ARGV[at + 1])
    local known = {count = tonumber(ARGV[at + 4]), ends = tonumber(ARGV[at + 5]), next = tonumber(ARGV[at + 6])}
    local stored = redis.call('GET', key)
    local state = {count = 0, ends = 0, next = 0}
    if stored then
        local count, ends, next = string.match(stored, '^(%d+) (%d+) (%d+)$')
        state = {count = tonumber(count), ends = tonumber(ends), next = tonumber(next)}
    end
    if state.ends <= now then
        state = {count = 0, ends = 0, next = 0}
    end
    -- What this server forgot comes back, and what was counted while it was away is added.
    local count = math.max(state.count, known.count) + tonumber(ARGV[at + 7])
    if known.ends > now and count > state.count then
        state = {count = count, ends = math.max(state.ends, known.ends), next = math.max(state.next, known.next)}
        store(key, ends, state)
    end
    states[i] = state
    if act ~= 'add' and refused == 0 then
        if state.count >= limit then
            refused, wait = i, state.ends - now
        elseif state.next > now then
            refused, wait = i, state.next - now
        elseif state.count == 0 and is_full(ends) then
            local first = redis.call('ZRANGE', ends, 0, 0, 'WITHSCORES')
            refused, wait = i, first[2] and tonumber(first[2]) - now or 1000
        end
    end
end

local answer = {refused, wait}
for i = 1, #states do
    local at = (i - 1) * 7 + 3
    local state = states[i]
    if refused == 0 and act ~= 'look' then
        if state.count == 0 then
            state.ends, state.next = now + tonumber(ARGV[at + 2]), 0
        end
        state.count = state.count + 1
        local without_delay = tonumber(ARGV[at + 3])
        local beyond = state.count - without_delay
        if without_delay > 0 and beyond > 0 then
            state.next = math.min(state.ends, now + 1000 * 2 ^ math.min(beyond - 1, 20))
        end
        store(KEYS[2 * i - 1], KEYS[2 * i], state)
    end
    answer[#answer + 1] = state.count
    answer[#answer + 1] = state.ends
    answer[#answer + 1] = state.next
end
return answer
