-- What wrk sends, and how it reports. Arguments: what to send (health, log_metric or log_batch), then ids of runs.
-- Every point has a step of its own, so that each is a new one to the server. wrk runs this in one thread.

local KEYS, STEPS = 10, 100 -- of one log_batch: 1000 points
local FIRST_TIMESTAMP = 1700000000000
local headers = { ["Content-Type"] = "application/json" }
local kind, runs, sent = nil, {}, 0
local make = {}

function make.health()
  return wrk.format("GET", "/health")
end

function make.log_metric()
  local run = runs[sent % #runs + 1]
  local body = string.format(
    '{"run_id":"%s","key":"loss","value":%.17g,"timestamp":%d,"step":%d}', run, 1 / sent, FIRST_TIMESTAMP + sent, sent)
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-metric", headers, body)
end

function make.log_batch()
  local run, points = runs[sent % #runs + 1], {}
  for key = 0, KEYS - 1 do
    for place = 0, STEPS - 1 do
      local step = sent * STEPS + place
      points[#points + 1] = string.format(
        '{"key":"batch_%d","value":%.17g,"timestamp":%d,"step":%d}', key, 1 / step, FIRST_TIMESTAMP + step, step)
    end
  end
  local body = '{"run_id":"' .. run .. '","metrics":[' .. table.concat(points, ",") .. "]}"
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-batch", headers, body)
end

function init(arguments)
  kind = arguments[1]
  for place = 2, #arguments do
    runs[#runs + 1] = arguments[place]
  end
end

function request()
  sent = sent + 1
  return make[kind]()
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  -- wrk counts an answer with an error status among the requests too.
  print(string.format(
    'REPORT {"answered":%d,"failed":%d,"microseconds":%d,"p50":%.0f,"p99":%.0f}',
    summary.requests - errors.status, failed, summary.duration, latency:percentile(50), latency:percentile(99)))
end
