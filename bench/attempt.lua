-- SPDX-License-Identifier: MIT
-- wrk script: each request is of the next candidate. arguments: a load file, "read" or "save".
-- The load file, written by bench/http.py: the exam's id; then one line per candidate, `token question-id option-id`.

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
    local headers = { ["Authorization"] = "Bearer " .. token }
    if arguments[2] == "read" then
      requests[#requests + 1] = wrk.format("GET", path .. "/attempt", headers)
    else
      headers["Content-Type"] = "application/json"
      local body = string.format('{"questionId":"%s","selectedOptionIds":["%s"]}', question, option)
      requests[#requests + 1] = wrk.format("POST", path .. "/save", headers, body)
    end
  end
  next_request = offset
end

function request()
  next_request = next_request + 1
  return requests[(next_request - 1) % #requests + 1]
end

-- One line that bench/http.py reads.
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
                         latency:percentile(99), summary.errors.status,
                         summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
