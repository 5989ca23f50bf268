-- What wrk sends.
--   wrk ... -s requests.lua URL -- assign CLIENT_KEY   POST /v1/assign for units drawn from a million, with three attributes
--   wrk ... -s requests.lua URL -- file PATH           GET of a file, drawing the same numbers, so that wrk has as much to do
-- The last line it prints is JSON: {"requests", "failed", "seconds", "p50_us", "p99_us"}.
local kUnits = 1000000
local kCountries = {"DE", "FR", "AT", "US"}
local kBrowsers = {"firefox", "chrome", "safari"}
local kBodyStart = '{"unit":"user-'
local kUnitDigits = 7

local heads, tails = {}, {}

local function prepare_assign(key)
  for age = 10, 69 do
    local country = kCountries[age % #kCountries + 1]
    local browser = kBrowsers[age % #kBrowsers + 1]
    local tail = string.format('","attributes":{"country":"%s","age":%d,"browser":"%s"}}', country, age, browser)
    local head = "POST /v1/assign HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Client-Key: " .. key ..
      "\r\nContent-Length: " .. (#kBodyStart + kUnitDigits + #tail) .. "\r\n\r\n" .. kBodyStart
    heads[#heads + 1], tails[#tails + 1] = head, tail
  end
end

local function draw(head, tail)
  return head .. string.format("%0" .. kUnitDigits .. "d", math.random(kUnits)) .. tail
end

function init(arguments)
  if arguments[1] == "assign" then
    prepare_assign(arguments[2])
  else
    heads, tails = {"GET " .. arguments[2] .. "?unit="}, {" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"}
  end
end

function request()
  local i = math.random(#heads)
  return draw(heads[i], tails[i])
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests":%d,"failed":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d}', summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99)))
end
