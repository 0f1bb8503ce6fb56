-- SPDX-License-Identifier: MIT
-- wrk script: each request is of the next candidate. arguments: a load file; "read", "save", "live", "status" or "day" (of ten
-- requests one read, one live, eight saves); milliseconds that each connection pauses between requests (0: none).
-- The load file, written by bench/load.py: the exam's id; then one line per candidate, `token question-id option-id`.

local requests = {}
local next_request = 0

local thread_count = 0
function setup(thread)
  thread:set("offset", thread_count * 499)  -- threads start at different candidates
  thread_count = thread_count + 1
end

function init(arguments)
  local lines = assert(io.open(arguments[1])):lines()
  local path = "/api/exam-attempt/" .. lines()
  for line in lines do
    local token, question, option = line:match("(%S+) (%S+) (%S+)")
    local kind = arguments[2]
    if kind == "day" then
      kind = ({ "read", "live" })[#requests % 10 + 1] or "save"
    end
    local headers = { ["Authorization"] = "Bearer " .. token }
    if kind == "live" then
      requests[#requests + 1] = wrk.format("GET", "/api/exam/live", headers)
    elseif kind == "status" then
      requests[#requests + 1] = wrk.format("GET", path .. "/status", headers)
    elseif kind == "read" then
      requests[#requests + 1] = wrk.format("GET", path .. "/attempt", headers)
    else
      headers["Content-Type"] = "application/json"
      local body = string.format('{"questionId":"%s","selectedOptionIds":["%s"]}', question, option)
      requests[#requests + 1] = wrk.format("POST", path .. "/save", headers, body)
    end
  end
  next_request = offset
  local pause = tonumber(arguments[3])
  if pause > 0 then
    -- Spread, so that the connections do not ask in step.
    function delay()
      return math.random(0, 2 * pause)
    end
  end
end

function request()
  next_request = next_request + 1
  return requests[(next_request - 1) % #requests + 1]
end

-- One line that bench/load.py reads.
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
                         latency:percentile(99), summary.errors.status,
                         summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
