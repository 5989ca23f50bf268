-- What wrk sends: requests that differ in the number of the unit, drawn from a million.
--   wrk ... -s requests.lua URL -- TEMPLATES.lua
-- TEMPLATES.lua returns a list of {what stands before the number, what stands behind it}, see requests.mjs.
-- The last line it prints is JSON: {"requests", "failed", "seconds", "p50_us", "p99_us"}.
local kUnits = 1000000
local kUnitDigits = 7

local heads, tails = {}, {}

function init(arguments)
  for i, template in ipairs(dofile(arguments[1])) do
    heads[i], tails[i] = template[1], template[2]
  end
end

function request()
  local i = math.random(#heads)
  return heads[i] .. string.format("%0" .. kUnitDigits .. "d", math.random(kUnits)) .. tails[i]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests":%d,"failed":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d}', summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99)))
end
