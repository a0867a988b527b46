-- Asks a model server the same again and again. Arguments: file of the body, its type, mean pause in milliseconds of a
-- connection between an answer and the next request: 0 for as fast as can be.

function init(arguments)
  math.randomseed(os.time())
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*a")
  wrk.headers["Content-Type"] = arguments[2]
  file:close()
  local pause = tonumber(arguments[3])
  if pause > 0 then
    -- Pauses of this kind make requests come as if no client knew of the others.
    delay = function()
      return -math.log(1 - math.random()) * pause
    end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  -- wrk counts an answer with an error status among the requests too.
  print(string.format(
    'REPORT {"answered":%d,"failed":%d,"microseconds":%d,"p50":%.0f,"p99":%.0f}',
    summary.requests - errors.status, failed, summary.duration, latency:percentile(50), latency:percentile(99)))
end
