-- What wrk sends, and how it reports. Arguments: what to send, from which step on, then ids of runs.
-- Every point has a step of its own, so that each is a new one to the server. Each thread of wrk runs this by itself;
-- with several threads each logs to a run of its own.

local POINTS = 1000 -- of one batch
local KEYS = 10 -- of a batch of interleaved series
local SMALL = 20 -- params and metrics of a small run
local FIRST_TIMESTAMP = 1700000000000
local headers = { ["Content-Type"] = "application/json" }
local kind, first, runs, sent = nil, 0, {}, 0
local random, format, concat = math.random, string.format, table.concat
local make = {}

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function post(path, body)
  return wrk.format("POST", "/api/2.0/mlflow/runs/" .. path, headers, body)
end

local function batch(points)
  return post("log-batch", '{"run_id":"' .. runs[number % #runs + 1] .. '","metrics":[' .. concat(points, ",") .. "]}")
end

local function point(key, value, step)
  return format('{"key":"%s","value":%.17g,"timestamp":%d,"step":%d}', key, value, FIRST_TIMESTAMP + step, step)
end

function make.health()
  return wrk.format("GET", "/health")
end

function make.log_metric()
  local step = first + sent
  return post("log-metric", format('{"run_id":"%s","key":"loss","value":%.17g,"timestamp":%d,"step":%d}',
    runs[sent % #runs + 1], random(), FIRST_TIMESTAMP + step, step))
end

-- A point, then a look at a run.
function make.mixed()
  if sent % 2 == 0 then
    return make.log_metric()
  end
  return wrk.format("GET", "/api/2.0/mlflow/runs/get?run_id=" .. runs[sent % #runs + 1])
end

-- One long series.
function make.series()
  local points, value = {}, 0
  for place = 1, POINTS do
    value = value + random() - 0.5
    points[place] = point("series", value, first + sent * POINTS + place)
  end
  return batch(points)
end

-- A few decimals only, at even steps: what a schedule of learning rates is like.
function make.regular()
  local points = {}
  for place = 1, POINTS do
    local step = first + sent * POINTS + place
    points[place] = point("regular", math.floor(step / 100) % 1000 / 1000, step)
  end
  return batch(points)
end

-- Ten series, step by step, as a training loop logs them.
function make.interleaved()
  local points = {}
  for place = 0, POINTS / KEYS - 1 do
    local step = first + sent * POINTS / KEYS + place
    for key = 0, KEYS - 1 do
      points[#points + 1] = point("batch_" .. key, random(), step)
    end
  end
  return batch(points)
end

-- A thousand series, a point of each, in an order of its own each time.
local order = {}
for place = 1, POINTS do
  order[place] = place - 1
end
function make.random_keys()
  local points = {}
  for place = POINTS, 1, -1 do
    local other = random(place)
    order[place], order[other] = order[other], order[place]
    points[place] = point("key_" .. order[place], random(), first + sent)
  end
  return batch(points)
end

-- A small run: made, filled by one request, finished.
local run, stage = nil, "create"
local small = {}
function small.create()
  return post("create", format('{"experiment_id":"0","start_time":%d}', FIRST_TIMESTAMP + sent))
end
function small.fill()
  local params, metrics = {}, {}
  for place = 1, SMALL do
    params[place] = format('{"key":"param_%d","value":"%.6g"}', place, random())
    metrics[place] = point("metric_" .. place, random(), 0)
  end
  return post("log-batch", format('{"run_id":"%s","params":[%s],"metrics":[%s]}',
    run, concat(params, ","), concat(metrics, ",")))
end
function small.finish()
  return post("update", format('{"run_id":"%s","status":"FINISHED","end_time":%d}', run, FIRST_TIMESTAMP + sent))
end
function make.small_run()
  return small[stage]()
end
local function answered(status, _, body)
  if status == 200 and stage == "create" then
    run, stage = body:match('"run_id":%s*"(%x+)"'), "fill"
  elseif status == 200 and stage == "fill" then
    stage = "finish"
  else
    stage = "create"
  end
end

function init(arguments)
  math.randomseed(number + 1)
  kind, first = arguments[1], tonumber(arguments[2])
  for place = 3, #arguments do
    runs[#runs + 1] = arguments[place]
  end
  if kind == "small_run" then
    response = answered -- wrk reads answers only where somebody wants them
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
  print(format(
    'REPORT {"answered":%d,"failed":%d,"microseconds":%d,"p50":%.0f,"p99":%.0f}',
    summary.requests - errors.status, failed, summary.duration, latency:percentile(50), latency:percentile(99)))
end
